// SPDX-License-Identifier: Apache-2.0

/// The version of a kernel tree: what the top Makefile calls VERSION, PATCHLEVEL and SUBLEVEL.
public struct KernelVersion: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  /// VERSION.
  public let major: Int
  /// PATCHLEVEL.
  public let minor: Int
  /// SUBLEVEL.
  public let patch: Int

  /// A version by its numbers.
  public init(major: Int, minor: Int, patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Reads the version out of the text of a kernel's top Makefile.
  ///
  /// - Parameter makefile: the Makefile's text.
  /// - Returns: nil where VERSION or PATCHLEVEL is absent or no number. A missing SUBLEVEL is 0.
  public init?(makefile: String) {
    var values: [Substring: Int] = [:]
    // A kernel's Makefile is long; the version stands in its first lines.
    for line in makefile.split(whereSeparator: \.isNewline).prefix(64) {
      let sides = line.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { continue }
      let key = sides[0].filter { !$0.isWhitespace }
      let value = sides[1].filter { !$0.isWhitespace }
      if values[key[...]] == nil, let number = Int(value) { values[key[...]] = number }
    }
    guard let major = values["VERSION"], let minor = values["PATCHLEVEL"] else { return nil }
    self.init(major: major, minor: minor, patch: values["SUBLEVEL"] ?? 0)
  }

  /// The kernel's own packing, as `KERNEL_VERSION()`: major << 16 | minor << 8 | patch.
  ///
  /// As in the kernel a patch level over 255 counts as 255.
  public var code: Int { major << 16 | min(minor, 255) << 8 | min(patch, 255) }

  /// As the kernel writes it: "6.12.117".
  public var description: String { "\(major).\(minor).\(patch)" }

  /// By age: 6.1.192 is less than 6.12.0.
  public static func < (left: KernelVersion, right: KernelVersion) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}
