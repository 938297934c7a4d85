// SPDX-License-Identifier: Apache-2.0

import Foundation
import LLVMIR

@testable import Execution

/// What clang makes of C.
enum Toolchain {
  /// How a strategy is compiled.
  static let language = [
    "-std=gnu11", "-fwrapv", "-fno-delete-null-pointer-checks", "-fno-strict-aliasing",
    "-fshort-wchar", "-funsigned-char", "-target", "x86_64-linux-gnu", "-mno-sse", "-mno-mmx",
    "-Wno-everything",
  ]
  static let asIR = [
    "-S", "-emit-llvm", "-O0", "-Xclang", "-disable-O0-optnone", "-fno-discard-value-names", "-g",
    "-fno-pic", "-ffreestanding",
  ]
  static let sanitizers = [
    "-fsanitize=unsigned-integer-overflow,signed-integer-overflow,unsigned-shift-base,"
      + "shift-exponent,implicit-integer-truncation", "-fsanitize-minimal-runtime",
  ]

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Runs clang with each list of arguments in a folder, all at the same time.
  static func clang(_ runs: [[String]], in folder: URL) throws {
    var processes: [Process] = []
    for arguments in runs {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["clang"] + language + arguments
      process.currentDirectoryURL = folder
      try process.run()
      processes.append(process)
    }
    for process in processes { process.waitUntilExit() }
    guard processes.allSatisfy({ $0.terminationStatus == 0 }) else {
      throw Failure(description: "clang failed")
    }
  }

  static func scratch() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-execution-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  static func module(at url: URL) throws -> Module {
    let text = try String(contentsOf: url, encoding: .utf8)
    return try IRReader(text: text, name: url.lastPathComponent).read()
  }

  /// The modules of some C texts, in their order; "test.c" is the first one's name.
  static func modules(_ texts: [String], _ options: [String] = []) throws -> [Module] {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = texts.indices.map { $0 == 0 ? "test" : "test\($0)" }
    for (name, text) in zip(names, texts) {
      let url = folder.appendingPathComponent("\(name).c")
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    try clang([asIR + options + names.map { "\($0).c" }], in: folder)
    return try names.map { try module(at: folder.appendingPathComponent("\($0).ll")) }
  }

  /// A program of some C texts.
  static func program(_ texts: String..., options: [String] = []) throws -> Program {
    try Program(modules(texts, options).map { Program.Unit(module: $0, isStrategy: true) })
  }
}
