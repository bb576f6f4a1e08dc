#pragma once

#include "lynceus/detection.h"  // part of the public API
