// SPDX-License-Identifier: Apache-2.0

import Foundation
import LLVMIR
import SMT
import Synchronization

@testable import Execution

/// The C programs of `Programs`, compiled once: for the interpreter and for the machine itself.
final class Suite: Sendable {
  typealias Entry = @convention(c) (UInt64, UInt64, UInt64, UInt64) -> UInt64

  /// The programs' names, each also the name of its function.
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let names = files.filter { $0.hasSuffix(".c") || $0.hasSuffix(".ll") }
    return names.sorted().map { String($0.prefix { $0 != "." }) }
  }()

  private static let folder =
    Bundle.module.resourceURL?.appendingPathComponent("Programs")
    ?? URL(fileURLWithPath: "Programs")

  private static let shared = Mutex<Result<Suite, any Error>?>(nil)

  /// The suite; the first who asks compiles it.
  static func get() throws -> Suite {
    try shared.withLock { known in
      let result = known ?? Result { try Suite() }
      known = result
      return try result.get()
    }
  }

  /// As clang prints them.
  let modules: [String: Module]
  /// The same with calls where arithmetic wraps.
  let sanitized: [String: Module]
  private let native: Library
  private let optimized: Library
  private let counting: Library

  private init() throws {
    let folder = try Toolchain.scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = Suite.names.map { name in
      let isIR = name == "raw"
      return Suite.folder.appendingPathComponent("\(name).\(isIR ? "ll" : "c")").path
    }
    let parts = try ["plain", "sanitized", "objects"].map { name in
      let part = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
      return part
    }
    try Toolchain.clang([Toolchain.asIR + files], in: parts[0])
    try Toolchain.clang([Toolchain.asIR + Toolchain.sanitizers + files], in: parts[1])
    try Toolchain.clang([["-c", "-O0", "-fPIC"] + Toolchain.sanitizers + files], in: parts[2])
    try Suite.handlers.write(
      to: parts[2].appendingPathComponent("handlers.c"), atomically: true, encoding: .utf8)
    let objects = Suite.names.map { "objects/\($0).o" }
    try Toolchain.clang(
      [
        ["-O0", "-shared", "-fPIC", "-o", "native.so"] + files,
        ["-O2", "-shared", "-fPIC", "-o", "optimized.so"] + files,
        ["-O0", "-shared", "-fPIC", "-o", "counting.so", "objects/handlers.c"] + objects,
      ], in: folder)
    native = try Library(folder.appendingPathComponent("native.so"))
    optimized = try Library(folder.appendingPathComponent("optimized.so"))
    counting = try Library(folder.appendingPathComponent("counting.so"))
    modules = try Suite.read(parts[0])
    sanitized = try Suite.read(parts[1])
  }

  private static func read(_ folder: URL) throws -> [String: Module] {
    let pairs = try names.map {
      ($0, try Toolchain.module(at: folder.appendingPathComponent("\($0).ll")))
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  // MARK: The machine's answers

  func native(_ name: String) throws -> Entry { try native.function(name, as: Entry.self) }
  func optimized(_ name: String) throws -> Entry { try optimized.function(name, as: Entry.self) }

  /// The result and the handlers that were called, in order.
  func counted(_ name: String, _ a: [UInt64]) throws -> Run {
    typealias Take = @convention(c) (UInt64) -> UInt8
    let take = try counting.function("taken", as: Take.self)
    let result = try counting.function(name, as: Entry.self)(a[0], a[1], a[2], a[3])
    var wraps: [String] = []
    while case let kind = take(UInt64(wraps.count)), kind != 0 {
      wraps.append(Suite.kinds[Int(kind) - 1])
    }
    _ = take(.max)
    return Run(result: result, wraps: wraps)
  }

  private static let handled = [
    ("add_overflow", "an addition wraps"), ("sub_overflow", "a subtraction wraps"),
    ("mul_overflow", "a multiplication wraps"), ("negate_overflow", "a negation wraps"),
    ("divrem_overflow", "a division overflows"), ("shift_out_of_bounds", "a shift loses bits"),
    ("implicit_conversion", "a conversion truncates the value"),
  ]
  private static let kinds = handled.map(\.1)

  private static let handlers: String = {
    let bodies = handled.enumerated().map { number, pair in
      "void __ubsan_handle_\(pair.0)_minimal(void) { put(\(number + 1)); }"
    }
    return """
      static _Thread_local unsigned char kinds[65536];
      static _Thread_local unsigned long count;
      static void put(unsigned char kind) { if (count < sizeof(kinds)) kinds[count++] = kind; }
      unsigned char taken(unsigned long n) {
        if (n == ~0UL) count = 0;
        return n < count ? kinds[n] : 0;
      }
      \(bodies.joined(separator: "\n"))

      """
  }()
}

/// A shared object that stays loaded.
private struct Library: Sendable {
  private let handle: UInt

  init(_ url: URL) throws {
    guard let handle = dlopen(url.path, RTLD_NOW | RTLD_LOCAL) else {
      throw Toolchain.Failure(description: "\(url.path) cannot be loaded")
    }
    self.handle = UInt(bitPattern: handle)
  }

  func function<Function>(_ name: String, as type: Function.Type) throws -> Function {
    guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: handle), name) else {
      throw Toolchain.Failure(description: "there is no function \(name)")
    }
    return unsafeBitCast(symbol, to: type)
  }
}
