// SPDX-License-Identifier: Apache-2.0

import LLVMIR

/// A frame of a call chain, the innermost first.
public struct CallSite: Sendable, Hashable, Codable {
  /// The function's name in C.
  public var function: String
  /// The file that the place is in, as `#line` presents it; nil where clang gave none.
  public var file: String?
  /// The line, from 1.
  public var line: Int?

  /// Makes a call site.
  public init(function: String, file: String?, line: Int?) {
    self.function = function
    self.file = file
    self.line = line
  }

  /// "file:line"; the function's name where that is not known.
  public var place: String { file.map { "\($0):\(line ?? 0)" } ?? function }

  init(function: String, location: SourceLocation?) {
    self.function = function
    file = location?.file
    line = location?.line
  }
}

/// Something in the C that the semantics does not have, or that the model does not know. It is
/// never skipped: the spec has no verdict until it is gone.
public struct ExecutionError: Error, Sendable, CustomStringConvertible {
  /// What is not understood.
  public var message: String
  /// Where, and how control came there.
  public var callStack: [CallSite]

  /// Makes an error.
  public init(message: String, callStack: [CallSite]) {
    self.message = message
    self.callStack = callStack
  }

  init(_ message: String, callStack: [CallSite] = []) {
    self.message = message
    self.callStack = callStack
  }

  /// What is wrong, after file and line where these are known.
  public var description: String {
    guard let site = callStack.first, let file = site.file, let line = site.line else {
      return message
    }
    return "\(file):\(line): \(message)"
  }
}
