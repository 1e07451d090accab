"""A remote write of one sample, as small as it can be: protobuf by hand, and snappy without compression."""
import struct


def _varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def _field(number, data):
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _snappy(data):
    out = _varint(len(data))
    for at in range(0, len(data), 60):
        piece = data[at:at + 60]
        out += bytes([(len(piece) - 1) << 2]) + piece
    return out


def body(labels, samples):
    """labels {name: value}; samples [(value, milliseconds)]."""
    series = b"".join(_field(1, _field(1, name.encode()) + _field(2, value.encode()))
                      for name, value in sorted(labels.items()))
    series += b"".join(_field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(at)) for value, at in samples)
    return _snappy(_field(1, series))
