# What is installed, and how `cpack -G DEB` makes a package for Debian 12 of it; scripts/package does all of that.
#
# cpack packs what the targets lgtmwatch, lgtmwatch-sandbox and package_files have built, and builds nothing itself.
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(from ${PROJECT_SOURCE_DIR}/package)
set(to ${PROJECT_BINARY_DIR}/package)
set(doc ${CMAKE_INSTALL_DATADIR}/doc/lgtmwatch)

# lgtmwatch_gzip(FILE DESTINATION [NAME]): installs it as Debian wants it, compressed and without a time stamp.
function(lgtmwatch_gzip file destination)
  get_filename_component(name ${file} NAME)
  if(ARGN)
    set(name ${ARGN})
  endif()
  add_custom_command(
    OUTPUT ${to}/${name}.gz
    COMMAND sh -c "mkdir -p \"$2\" && gzip -9nc \"$0\" >\"$1\"" ${file} ${to}/${name}.gz ${to}
    DEPENDS ${file}
    VERBATIM)
  set_property(GLOBAL APPEND PROPERTY lgtmwatch_package_files ${to}/${name}.gz)
  install(FILES ${to}/${name}.gz DESTINATION ${destination})
endfunction()

install(TARGETS lgtmwatch lgtmwatch-sandbox RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

file(GLOB units CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/systemd/*.service ${PROJECT_SOURCE_DIR}/systemd/*.socket
     ${PROJECT_SOURCE_DIR}/systemd/*.timer)
install(FILES ${units} DESTINATION lib/systemd/system)
install(FILES ${PROJECT_SOURCE_DIR}/systemd/lgtmwatch.sysusers DESTINATION lib/sysusers.d RENAME lgtmwatch.conf)
install(FILES ${PROJECT_SOURCE_DIR}/systemd/lgtmwatch.tmpfiles DESTINATION lib/tmpfiles.d RENAME lgtmwatch.conf)
install(FILES ${PROJECT_SOURCE_DIR}/systemd/lgtmwatch.default DESTINATION /etc/default RENAME lgtmwatch)
install(FILES ${PROJECT_SOURCE_DIR}/systemd/docker-socket.conf DESTINATION ${doc}/examples)

# Editors find the schema where the package puts it.
file(READ ${PROJECT_SOURCE_DIR}/config/lgtmwatch.yaml config)
string(REPLACE "$schema=lgtmwatch" "$schema=/usr/share/lgtmwatch/lgtmwatch" config "${config}")
string(REPLACE "docs/configuration.md  " "man 5 lgtmwatch.yaml   " config "${config}")
file(CONFIGURE OUTPUT ${to}/lgtmwatch.yaml CONTENT "${config}" @ONLY)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS config/lgtmwatch.yaml)
install(FILES ${to}/lgtmwatch.yaml DESTINATION /etc/lgtmwatch)
install(FILES ${PROJECT_SOURCE_DIR}/config/lgtmwatch.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/lgtmwatch)
foreach(folder alerts dashboards)
  if(EXISTS ${PROJECT_SOURCE_DIR}/config/${folder})
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/config/${folder} DESTINATION ${CMAKE_INSTALL_DATADIR}/lgtmwatch)
  endif()
endforeach()

install(FILES ${from}/bash-completion DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME lgtmwatch)
lgtmwatch_gzip(${from}/man/lgtmwatch.1 ${CMAKE_INSTALL_MANDIR}/man1)
lgtmwatch_gzip(${from}/man/lgtmwatch-sandbox.1 ${CMAKE_INSTALL_MANDIR}/man1)
lgtmwatch_gzip(${from}/man/lgtmwatch.yaml.5 ${CMAKE_INSTALL_MANDIR}/man5)
lgtmwatch_gzip(${from}/debian/changelog ${doc} changelog.Debian)
install(FILES ${from}/debian/copyright DESTINATION ${doc})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${doc} FILES_MATCHING PATTERN "*.md" PATTERN images EXCLUDE)
get_property(package_files GLOBAL PROPERTY lgtmwatch_package_files)
add_custom_target(package_files ALL DEPENDS ${package_files})

set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(LGTMWATCH_PACKAGE_CONTACT "lgtmwatch <lgtmwatch@localhost>" CACHE STRING "maintainer of the Debian package")
set(CPACK_PACKAGE_CONTACT ${LGTMWATCH_PACKAGE_CONTACT})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers | systemd-sysusers, systemd | systemd-standalone-tmpfiles | systemd-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "watches whether telemetry arrives in Loki, Tempo, Mimir and Grafana
lgtmwatch asks the servers of an observability stack behind Grafana Alloy what
only they can know, and writes canaries that it reads back. It says which
signal is broken, at which stage, with the cause, the evidence and the remedy;
as metrics, as JSON, on a status page, and as exit code for scripts.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${from}/debian/conffiles ${from}/debian/postinst ${from}/debian/prerm
                                       ${from}/debian/postrm)
include(CPack)
