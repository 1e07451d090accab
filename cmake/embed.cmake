# lgtmwatch_embed(OUTPUT HEADER FUNCTION FILE…): makes the source OUTPUT, which defines FUNCTION, declared in HEADER as
# std::span<const EmbeddedFile> FUNCTION(): the content of the files, in their order.
set(lgtmwatch_write_embedded ${CMAKE_CURRENT_LIST_DIR}/write_embedded.cmake)

function(lgtmwatch_embed output header function)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=${header} -DFUNCTION=${function} "-DFILES=${ARGN}" -P
            ${lgtmwatch_write_embedded}
    DEPENDS ${ARGN} ${lgtmwatch_write_embedded}
    VERBATIM)
  set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()
