#!/usr/bin/python3
"""A gRPC server of Google's own, for the tests of our client. Prints its port; ends when its input is closed.

grpc_peer.py [CERTIFICATE KEY [CLIENT_AUTHORITY]]
"""
import sys
from concurrent import futures

import grpc


def echo(message, context):
    """Answers with the message, or with the metadata that came with an empty one."""
    told = "".join(f"{key}={value}\n" for key, value in context.invocation_metadata())
    return message or told.encode()


def refuse(message, context):
    context.abort(grpc.StatusCode.UNAVAILABLE, "100% voll: \u00e4")


class Service(grpc.GenericRpcHandler):
    methods = {"/test.Service/Echo": echo, "/test.Service/Refuse": refuse}

    def service(self, details):
        method = self.methods.get(details.method)
        return grpc.unary_unary_rpc_method_handler(method) if method else None


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2), handlers=(Service(),))
    if len(sys.argv) > 2:
        authority = read(sys.argv[3]) if len(sys.argv) > 3 else None
        credentials = grpc.ssl_server_credentials([(read(sys.argv[2]), read(sys.argv[1]))], authority,
                                                  authority is not None)
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(None).wait()


if __name__ == "__main__":
    main()
