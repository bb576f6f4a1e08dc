# Installs the library from BUILD into SCRATCH/prefix, builds SOURCE/examples against it, runs the example.
function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${code}\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

set(flags "${FLAGS}")
if(SANITIZE)
  string(APPEND flags " -fsanitize=${SANITIZE}")
endif()
file(REMOVE_RECURSE ${SCRATCH})
foreach(component library development)
  step(${CMAKE_COMMAND} --install ${BUILD} --prefix ${SCRATCH}/prefix --component ${component})
endforeach()
# Away from the source tree, so that only what was installed can be found.
file(COPY ${SOURCE}/examples DESTINATION ${SCRATCH})
# With the generator of this build: CMake's own default needs make, which nothing else here does.
step(${CMAKE_COMMAND} -G ${GENERATOR} -S ${SCRATCH}/examples -B ${SCRATCH}/build -DCMAKE_PREFIX_PATH=${SCRATCH}/prefix
  "-DCMAKE_CXX_FLAGS=${flags}")
step(${CMAKE_COMMAND} --build ${SCRATCH}/build)
step(${SCRATCH}/build/read_frames ${SOURCE}/samples/car-detection.mp4 cpu)
if(NOT out MATCHES "100 pictures")
  message(FATAL_ERROR "the example says:\n${out}")
endif()
