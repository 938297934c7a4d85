// SPDX-License-Identifier: Apache-2.0

import CZ3

/// What went wrong inside the solver: never a verdict.
public struct SolverError: Error, Sendable, CustomStringConvertible {
  /// Z3's own words.
  public var message: String
  /// Z3 ran out of memory.
  public var isOutOfMemory: Bool

  /// Makes an error.
  public init(message: String, isOutOfMemory: Bool = false) {
    self.message = message
    self.isOutOfMemory = isOutOfMemory
  }

  /// What the user is told.
  public var description: String { "Z3: \(message)" }
}

/// One Z3 context. It belongs to one task; only `Interrupter` may be used from another.
final class Z3Context {
  let handle: Z3_context

  /// Makes a context whose errors are errors, not exits.
  init() throws(SolverError) {
    let config = Z3_mk_config()
    defer { Z3_del_config(config) }
    guard let context = Z3_mk_context_rc(config) else {
      throw SolverError(message: "cannot make a context")
    }
    handle = context
    // The default handler ends the process.
    Z3_set_error_handler(handle) { _, _ in }
  }

  deinit { Z3_del_context(handle) }

  /// Throws where the last call failed.
  func check() throws(SolverError) {
    let code = Z3_get_error_code(handle)
    guard code != Z3_OK else { return }
    let message = Z3_get_error_msg(handle, code).map { String(cString: $0) } ?? "unknown error"
    throw SolverError(message: message, isOutOfMemory: code == Z3_MEMOUT_FAIL)
  }

  /// A call's result, or the error that it left.
  func checked<Value>(_ value: Value?) throws(SolverError) -> Value {
    try check()
    guard let value else { throw SolverError(message: "a call returned nothing") }
    return value
  }

  /// Makes an expression and keeps a reference on it for as long as the context lives.
  func expression(_ ast: Z3_ast?) throws(SolverError) -> Z3_ast {
    let ast = try checked(ast)
    Z3_inc_ref(handle, ast)
    return ast
  }

  /// Z3's resource units for all of the context's work so far; nil where a solver has none to tell.
  func resources(of solver: Z3_solver) -> UInt64? {
    guard let statistics = Z3_solver_get_statistics(handle, solver) else { return nil }
    Z3_stats_inc_ref(handle, statistics)
    defer { Z3_stats_dec_ref(handle, statistics) }
    for index in 0..<Z3_stats_size(handle, statistics) {
      guard let key = Z3_stats_get_key(handle, statistics, index),
        String(cString: key) == "rlimit count"
      else { continue }
      return Z3_stats_is_uint(handle, statistics, index)
        ? UInt64(Z3_stats_get_uint_value(handle, statistics, index)) : nil
    }
    return nil
  }

  /// The version of the library, for example "4.8.12.0".
  static var version: String {
    var major: UInt32 = 0
    var minor: UInt32 = 0
    var build: UInt32 = 0
    var revision: UInt32 = 0
    Z3_get_version(&major, &minor, &build, &revision)
    return "\(major).\(minor).\(build).\(revision)"
  }
}

/// Stops a solver that is at work in another task.
public struct Interrupter: @unchecked Sendable {
  // Z3_interrupt is the one call of Z3 that may come from another thread; the context is kept
  // alive here.
  private let context: Z3Context

  init(context: Z3Context) { self.context = context }

  /// Makes the check that is under way end with "unknown".
  public func interrupt() { Z3_interrupt(context.handle) }
}
