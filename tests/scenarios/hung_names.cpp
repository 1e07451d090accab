// Loaded before libc: a look-up of a name that ends in .hung.test waits for ever, all others go to libc.
#include <dlfcn.h>
#include <netdb.h>
#include <unistd.h>

#include <cstring>

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
  constexpr char suffix[] = ".hung.test";
  const auto length = host ? std::strlen(host) : 0;
  while (length >= sizeof suffix && std::strcmp(host + length + 1 - sizeof suffix, suffix) == 0) pause();
  using LookUp = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto libc = reinterpret_cast<LookUp>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return libc(host, service, hints, found);
}
