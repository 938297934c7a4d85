// SPDX-License-Identifier: Apache-2.0

/// Why a text could not be read as LLVM IR.
public struct IRError: Error, CustomStringConvertible, Sendable, Hashable {
  /// The name the text was given: usually that of the `.ll` file.
  public var file: String
  /// The line in the text, from 1.
  public var line: Int
  /// What is wrong there.
  public var message: String
  /// The place in C that the line comes from, where the text says it.
  public var location: SourceLocation?

  /// Makes an error.
  public init(file: String, line: Int, message: String, location: SourceLocation? = nil) {
    self.file = file
    self.line = line
    self.message = message
    self.location = location
  }

  /// `file:line: message`, with the place in C where that is known.
  public var description: String {
    guard let location else { return "\(file):\(line): \(message)" }
    return "\(file):\(line): \(message) (from \(location.file):\(location.line))"
  }
}
