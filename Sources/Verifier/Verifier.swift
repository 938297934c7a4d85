// SPDX-License-Identifier: Apache-2.0

import Execution
import Frontend
import LLVMIR

/// Why a spec has no verdict.
public struct SpecFailure: Error, Sendable, CustomStringConvertible {
  /// What is wrong, with file and line where these are known.
  public var message: String
  /// How control came there, the innermost frame first.
  public var callStack: [CallSite]

  /// Makes a failure.
  public init(message: String, callStack: [CallSite] = []) {
    self.message = message
    self.callStack = callStack
  }

  /// The message alone.
  public var description: String { message }
}

/// A compiled spec file, its specs ready to be verified one by one and side by side.
public struct SpecFile: Sendable {
  /// The specs' names in C, in the order of the file.
  public var names: [String] { program.entries(inSection: SpecFile.section).map(\.name) }
  /// Where the specs are defined, by their names.
  public var lines: [String: Int] {
    let entries = program.entries(inSection: SpecFile.section)
    return Dictionary(
      entries.map { ($0.name, $0.location?.line ?? 0) }, uniquingKeysWith: { first, _ in first })
  }
  /// clang's warnings about the file.
  public let warnings: String

  private let program: Program
  private let provenance: Provenance

  private static let section = "vmapcheck.specs"
  private static let filesOfContracts: Set = ["mm/vmalloc.c", "mm/memory.c"]

  /// Reads and links what clang made of a file and of the environment.
  ///
  /// - Throws: `SpecFailure` where the IR cannot be read or linked, or holds no spec.
  public init(_ compiled: CompiledSpec) throws(SpecFailure) {
    var units: [Program.Unit] = []
    // Of functions of the same name in other files no contract is proved.
    let taken = compiled.takes.filter { SpecFile.filesOfContracts.contains($0.file) }
      .reduce(into: Set<String>()) { $0.formUnion($1.taken.defined) }
    for (index, unit) in ([compiled.spec] + compiled.environment).enumerated() {
      units.append(
        Program.Unit(
          module: try SpecFile.read(unit), isStrategy: index == 0, taken: index == 0 ? taken : []))
    }
    do {
      program = try Program(units)
    } catch {
      throw SpecFailure(message: "\(compiled.spec.name): \(error)", callStack: error.callStack)
    }
    warnings = compiled.warnings
    provenance = Provenance(
      file: compiled.spec.name, hash: compiled.hash, clang: compiled.clangVersion,
      kernel: compiled.kernel?.description, unknownConfiguration: compiled.unknownConfiguration)
    if names.isEmpty {
      throw SpecFailure(
        message: "\(compiled.spec.name): no VMAP_SPEC in this file; see vmapcheck/spec.h")
    }
  }

  private static func read(_ unit: CompiledUnit) throws(SpecFailure) -> Module {
    do {
      return try IRReader(text: unit.irText, name: unit.name).read()
    } catch {
      guard let location = error.location else {
        throw SpecFailure(message: "\(unit.name): clang's IR cannot be read: \(error)")
      }
      throw SpecFailure(message: "\(location.file):\(location.line): \(error.message)")
    }
  }

  /// Verifies one of the specs. It takes time: run it in a task of its own; cancelling the task
  /// ends it soon.
  ///
  /// - Throws: `SpecFailure` where the C does something that the semantics does not have;
  ///   `CancellationError`.
  public func verify(_ name: String, settings: VerifierSettings) throws -> SpecResult {
    guard let entry = program.entries(inSection: SpecFile.section).first(where: { $0.name == name })
    else { throw SpecFailure(message: "\(provenance.file): there is no spec \(name)") }
    let verifier = SpecVerifier(
      program: program, entry: entry, settings: settings, provenance: provenance)
    do {
      return try verifier.verify()
    } catch let error as ExecutionError {
      throw SpecFailure(message: error.description, callStack: error.callStack)
    }
  }
}
