// SPDX-License-Identifier: Apache-2.0

import KernelSource

/// What became of a spec.
public enum Compilation: Sendable {
  /// The spec's IR.
  case compiled(CompiledSpec)
  /// The tree does not have what the spec is about.
  case absent(Absence)
  /// The spec takes from a kernel tree and none was given.
  case needsTree
}

/// The IR of one C unit.
public struct CompiledUnit: Sendable {
  /// The spec's path as the user gave it, or `environment/model/….c`.
  public let name: String
  /// LLVM IR as clang prints it.
  public let irText: String
  /// clang's warnings, in its words; empty where there are none.
  public let warnings: String

  /// - Throws: ``FrontendError/compile(messages:)`` where clang refused the unit.
  init(_ name: String, _ output: Clang.Output) throws(FrontendError) {
    guard output.isSuccess else { throw .compile(messages: output.standardError) }
    self.name = name
    irText = output.standardOutput
    warnings = output.standardError
  }
}

/// The IR of a spec and of the environment that it is verified in.
public struct CompiledSpec: Sendable {
  /// The spec's own unit, with calls of `__ubsan_handle_*_minimal` where arithmetic loses bits.
  public let spec: CompiledUnit
  /// The environment's units, in the order of their names, without such calls.
  public let environment: [CompiledUnit]
  /// What was taken from the kernel tree.
  public let takes: [PreparedSpec.Include]
  /// SHA-256 over the prepared spec, the kernel's version and text, and the environment's text.
  public let hash: String
  /// The first line of `clang --version`.
  public let clangVersion: String
  /// The version of the tree; nil where none was given.
  public let kernel: KernelVersion?
  /// The options of a kernel's configuration that the text asks for and the environment does not
  /// know, by name: they are off.
  public let unknownConfiguration: [String]

  /// All of clang's warnings.
  public var warnings: String { ([spec] + environment).map(\.warnings).joined() }
}
