#pragma once

// The one place that includes Boost.Asio, for the few files that do I/O. Its code is compiled once, in
// asio_code.cpp, and not in each of them (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace lyn::rtsp {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

}  // namespace lyn::rtsp
