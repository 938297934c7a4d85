// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A Unix socket that lines are exchanged on.
final class LineSocket {
  private let descriptor: Int32
  private var buffer = Data()

  enum Failure: Error {
    case closed
    case timeout
  }

  /// Connects to a socket that is there, or nil.
  init?(path: String) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let isShort = withUnsafeMutableBytes(of: &address.sun_path) { place in
      guard bytes.count < place.count else { return false }
      place.copyBytes(from: bytes)
      return true
    }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard isShort, result == 0 else {
      _ = Glibc.close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { _ = Glibc.close(descriptor) }

  /// Ends the connection.
  func close() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Sends bytes.
  func send(_ data: Data, by deadline: ContinuousClock.Instant) throws {
    var rest = data[...]
    while !rest.isEmpty {
      try wait(for: POLLOUT, by: deadline)
      let sent = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if sent < 0, errno == EINTR || errno == EAGAIN { continue }
      guard sent > 0 else { throw Failure.closed }
      rest = rest.dropFirst(sent)
    }
  }

  /// The next line, without its end.
  func line(by deadline: ContinuousClock.Instant) throws -> Data {
    while true {
      if let end = buffer.firstIndex(of: 10) {
        let line = Data(buffer[..<end])
        buffer = Data(buffer[buffer.index(after: end)...])
        return line
      }
      try wait(for: POLLIN, by: deadline)
      var bytes = [UInt8](repeating: 0, count: 65536)
      let got = recv(descriptor, &bytes, bytes.count, 0)
      if got < 0, errno == EINTR || errno == EAGAIN { continue }
      guard got > 0 else { throw Failure.closed }
      buffer.append(contentsOf: bytes[..<got])
    }
  }

  /// In slices, so that the user's interruption is heard.
  private func wait(for event: Int32, by deadline: ContinuousClock.Instant) throws {
    while true {
      try Task.checkCancellation()
      guard ContinuousClock.now < deadline else { throw Failure.timeout }
      var descriptors = pollfd(fd: descriptor, events: Int16(event), revents: 0)
      if poll(&descriptors, 1, 50) > 0 { return }
    }
  }
}
