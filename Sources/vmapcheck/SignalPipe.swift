// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Signals as bytes in a pipe: the one thing that a handler may do is to write.
///
/// Dispatch's signal sources need SIG_IGN, which children would inherit.
struct SignalPipe: Sendable {
  /// The process's own; made before a handler is set.
  static let shared = SignalPipe()

  private let readEnd: Int32
  private let writeEnd: Int32

  private init() {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  /// Has a signal come through the pipe.
  func catches(_ number: Int32) {
    signal(number) { _ in
      let saved = errno
      var byte: UInt8 = 0
      _ = Foundation.write(SignalPipe.shared.writeEnd, &byte, 1)
      errno = saved
    }
  }

  /// Waits for the next signal; false if there can be none.
  func wait() -> Bool {
    var byte: UInt8 = 0
    while true {
      let count = Foundation.read(readEnd, &byte, 1)
      if count == 1 { return true }
      if count == 0 || errno != EINTR { return false }
    }
  }
}
