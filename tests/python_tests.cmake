set(Python3_EXECUTABLE /usr/bin/python3)  # Debian's, for which scripts/packages.txt names the modules
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# lgtmwatch_python_tests(ROOM SUFFIX MODULES module… [TIMEOUT seconds] [LABEL label] [LOCK resource] [ENVIRONMENT NAME=VALUE…]):
# every class …SUFFIX of each MODULE.py of this folder becomes the test "ROOM: CLASS" of ctest. SUFFIX is a regular
# expression. What a test cannot do on this machine it says, and is counted as skipped.
function(lgtmwatch_python_tests room suffix)
  cmake_parse_arguments(PYTHON "" "TIMEOUT;LABEL;LOCK" "MODULES;ENVIRONMENT" ${ARGN})
  set(environment
      LGTMWATCH_BINARY=$<TARGET_FILE:lgtmwatch>
      LGTMWATCH_SANDBOX_BINARY=$<TARGET_FILE:lgtmwatch-sandbox>
      LGTMWATCH_HUNG_NAMES=$<TARGET_FILE:hung_names>
      ${PYTHON_ENVIRONMENT})
  set(properties FAIL_REGULAR_EXPRESSION "Ran 0 tests" SKIP_REGULAR_EXPRESSION "SKIPPED:")
  # The longest begin first, and before them those that wait for each other.
  set(cost 0${PYTHON_TIMEOUT})
  if(PYTHON_LOCK)
    math(EXPR cost "${cost} + 10000")
  endif()
  list(APPEND properties COST ${cost})
  foreach(property TIMEOUT LABEL LOCK)
    if(PYTHON_${property})
      string(REGEX REPLACE "^LABEL$" "LABELS" name ${property})
      string(REGEX REPLACE "^LOCK$" "RESOURCE_LOCK" name ${name})
      list(APPEND properties ${name} ${PYTHON_${property}})
    endif()
  endforeach()
  foreach(module ${PYTHON_MODULES})
    set(file ${CMAKE_CURRENT_SOURCE_DIR}/${module}.py)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(STRINGS ${file} lines REGEX "^class [A-Za-z]+(${suffix})\\(")
    if(NOT lines)
      message(FATAL_ERROR "${file} has no class …${suffix}")
    endif()
    foreach(line ${lines})
      string(REGEX REPLACE "^class ([A-Za-z]+)\\(.*$" "\\1" class "${line}")
      add_test(NAME "${room}: ${class}" COMMAND ${Python3_EXECUTABLE} -B -m unittest -v ${module}.${class}
               WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
      set_tests_properties("${room}: ${class}" PROPERTIES ${properties} ENVIRONMENT "${environment}")
    endforeach()
  endforeach()
endfunction()
