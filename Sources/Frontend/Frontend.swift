// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelSource

/// Turns specs into IR. One value serves any number of specs, also at once.
public struct Frontend: Sendable {
  /// The clang in use.
  public let clang: Clang
  let environment: URL
  private let units: EnvironmentUnits

  /// A front end.
  ///
  /// - Parameters:
  ///   - clang: the compiler.
  ///   - environment: the folder of the kernel environment, with `vmapcheck/` and `model/` in it.
  public init(clang: Clang, environment: URL) {
    self.clang = clang
    self.environment = environment.standardizedFileURL.resolvingSymlinksInPath()
    units = EnvironmentUnits(clang: clang, folder: self.environment)
  }

  /// Compiles a spec and the environment that goes with its kernel.
  ///
  /// - Parameters:
  ///   - spec: the spec.
  ///   - tree: the kernel tree to take from, opened with the spec's
  ///     ``SpecSource/kernelFiles``. Its version selects the environment's era, also for a spec
  ///     that takes nothing.
  /// - Throws: ``FrontendError``, above all ``FrontendError/compile(messages:)``;
  ///   `CancellationError`, and then neither files nor processes are left.
  public func compile(spec: SpecSource, tree: KernelTree?) async throws -> Compilation {
    switch try spec.prepare(tree: tree) {
    case .absent(let absence): return .absent(absence)
    case .needsTree: return .needsTree
    case .ready(let prepared):
      async let environment = units.units(for: tree?.version)
      let unit = try await compile(prepared, kernel: tree?.version)
      let compiled = try await environment
      return .compiled(
        CompiledSpec(
          spec: unit, environment: compiled.units, takes: prepared.includes,
          hash: hash(of: prepared, kernel: tree?.version, environment: compiled.text),
          clangVersion: clang.versionText, kernel: tree?.version))
    }
  }

  private func compile(_ spec: PreparedSpec, kernel: KernelVersion?) async throws -> CompiledUnit {
    try await withTemporaryFolder { folder in
      let file = try spec.write(to: folder)
      let options = ClangOptions(environment: environment.path, kernel: kernel)
      let output = try await clang.run(options.forSpec(spec.path) + [file], in: folder)
      return try CompiledUnit(spec.path, output)
    }
  }

  /// Where the spec lies and where vmapcheck is installed do not matter to the hash.
  func hash(
    of spec: PreparedSpec, kernel: KernelVersion?, environment: String
  ) -> String {
    var text = "kernel \(kernel.map(\.description) ?? "none")\0\(spec.text)"
    for include in spec.includes { text += "\0\(include.taken.text)" }
    return SHA256.hexDigest(of: text + environment)
  }
}
