# One interface target for every flag that our own code is compiled with.
add_library(lgtmwatch_flags INTERFACE)
target_compile_options(lgtmwatch_flags INTERFACE -Wall -Wextra -Wpedantic -Werror)
target_include_directories(lgtmwatch_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(
  lgtmwatch_flags
  INTERFACE BOOST_ASIO_SEPARATE_COMPILATION
            BOOST_BEAST_SEPARATE_COMPILATION
            BOOST_ASIO_NO_DEPRECATED
            SPDLOG_FMT_EXTERNAL
            LGTMWATCH_VERSION="${PROJECT_VERSION}")
target_link_libraries(lgtmwatch_flags INTERFACE Boost::system Threads::Threads fmt::fmt)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms on structured bindings of co_await and on coroutine frames.
  target_compile_options(lgtmwatch_flags INTERFACE -Wno-maybe-uninitialized -Wno-mismatched-new-delete)
endif()
if(LGTMWATCH_ASAN)
  target_compile_options(lgtmwatch_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer)
  target_link_options(lgtmwatch_flags INTERFACE -fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Coverage for the fuzzers of tests/fuzz.
    set(library_options -fsanitize=fuzzer-no-link)
    target_link_options(lgtmwatch_flags INTERFACE -fsanitize=fuzzer-no-link)
  endif()
  # Asio reuses frames and small blocks, which hides a use after free.
  target_compile_definitions(lgtmwatch_flags INTERFACE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING
                                                       BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
endif()
if(LGTMWATCH_TSAN)
  target_compile_options(lgtmwatch_flags INTERFACE -fsanitize=thread)
  target_link_options(lgtmwatch_flags INTERFACE -fsanitize=thread)
endif()
if(LGTMWATCH_ASAN OR LGTMWATCH_TSAN)
  # The tests themselves are not optimised: that would double the time that they take to compile.
  list(APPEND library_options -O1)
endif()

function(lgtmwatch_library name)
  add_library(${name} STATIC ${ARGN})
  target_compile_options(${name} PRIVATE ${library_options})
  target_link_libraries(${name} PUBLIC lgtmwatch_flags)
endfunction()
