// The code of Asio's TLS and of Beast, compiled once for the whole program; plain Asio is in daemon/base.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
