#pragma once

#include "lynceus/frame_record.h"  // part of the public API
