// SPDX-License-Identifier: Apache-2.0

import Execution

/// A run that violates a property, confirmed by running it once more with constants.
/// Its JSON is described in the README; `schema` is its version.
public struct Counterexample: Sendable, Codable {
  /// The version of the file's form.
  public static let currentSchema = 1

  /// A value of the run. Numbers are strings, as 64 bits do not fit JSON's.
  public struct Value: Sendable, Codable, Hashable {
    /// The input's name, for example "order[0]" or "allocation fails#1".
    public var name: String
    /// In decimal.
    public var value: String

    /// Makes a value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A line of the trace.
  public struct Step: Sendable, Codable, Hashable {
    /// What happened.
    public var text: String
    /// Where, the innermost frame first.
    public var callStack: [CallSite]
  }

  /// What made the file.
  public struct Origin: Sendable, Codable, Hashable {
    /// vmapcheck's version.
    public var vmapcheck: String
    /// clang's first line.
    public var clang: String
    /// Z3's version.
    public var z3: String
    /// The solver's seed.
    public var seed: UInt32
    /// The version of the kernel tree; nil if none was used.
    public var kernel: String?
  }

  /// See `currentSchema`.
  public var schema: Int
  /// The spec's name in C.
  public var spec: String
  /// The spec's file, as it was given.
  public var file: String
  /// SHA-256 over all that was compiled.
  public var specHash: String
  /// The property's name.
  public var property: String
  /// What went wrong.
  public var message: String
  /// Where, the innermost frame first.
  public var callStack: [CallSite]
  /// The search that found it; the buffer is the smallest in it.
  public var bounds: Bounds
  /// No other buffer of as many ranges and pages, and no other failure on the way, violates the
  /// property; where the same buffer lies in memory does not count.
  public var isUnique: Bool
  /// Every input and choice of the run, in the order of their first use.
  public var inputs: [Value]
  /// What the model reports of the run, for example the expected and the actual pfn.
  public var reports: [Value]
  /// What happened on the way.
  public var trace: [Step]
  /// What made the file.
  public var origin: Origin
}
