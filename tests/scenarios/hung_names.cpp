// Loaded before libc: a look-up of a name that ends in .hung.test waits for ever, one that ends in .none.test finds
// nothing, all others go to libc.
#include <dlfcn.h>
#include <netdb.h>
#include <unistd.h>

#include <string_view>

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
  const auto ends_in = [host](std::string_view suffix) {
    const std::string_view name(host ? host : "");
    return name.size() >= suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
  };
  while (ends_in(".hung.test")) pause();
  if (ends_in(".none.test")) return EAI_NONAME;
  using LookUp = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto libc = reinterpret_cast<LookUp>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return libc(host, service, hints, found);
}
