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
    case .ready(let prepared): return .compiled(try await compile(prepared, kernel: tree?.version))
    }
  }

  /// Compiles a spec that is prepared, and the environment that goes with its kernel.
  ///
  /// - Parameter kernel: the version of the tree that the spec was prepared with.
  /// - Throws: as ``compile(spec:tree:)``.
  public func compile(
    _ prepared: PreparedSpec, kernel: KernelVersion?
  ) async throws -> CompiledSpec {
    let names = OwnNames(path: prepared.path, text: prepared.text)
    try names.checkReserved()
    let bodies = prepared.includes.map(\.body)
    if names.goByContracts { try names.checkContracts(taken: bodies, headers: headers()) }
    let unknown = try unknownConfiguration(of: [prepared.text] + bodies)
    async let environment = units.units(for: kernel)
    let unit = try await unit(of: prepared, kernel: kernel)
    let compiled = try await environment
    return CompiledSpec(
      spec: unit, environment: compiled.units, takes: prepared.includes,
      hash: hash(of: prepared, kernel: kernel, environment: compiled.text),
      clangVersion: clang.versionText, kernel: kernel,
      unknownConfiguration: unknown)
  }

  /// The headers are read for those few texts that ask for anything.
  private func unknownConfiguration(of texts: [String]) throws(FrontendError) -> [String] {
    let asked = OwnNames.configuration(askedForIn: texts)
    return asked.isEmpty ? [] : OwnNames.unknown(asked, headers: try headers())
  }

  /// The texts of the environment's headers.
  private func headers() throws(FrontendError) -> [String] {
    let folder = environment.appendingPathComponent("vmapcheck")
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
        try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
      }
    } catch {
      throw .environmentMissing(path: environment.path)
    }
  }

  /// What clang's optimiser makes of a spec, without lines and names: where two specs give the same
  /// text, they do the same.
  ///
  /// - Parameter kernel: the version of the tree that the spec was prepared with.
  /// - Throws: as ``compile(spec:tree:)``.
  public func optimised(_ spec: PreparedSpec, kernel: KernelVersion?) async throws -> String {
    try await unit(
      of: spec, kernel: kernel, ["-O2", "-g0", "-fwrapv", "-fdiscard-value-names"]
    ).irText
  }

  private func unit(
    of spec: PreparedSpec, kernel: KernelVersion?, _ more: [String] = []
  ) async throws -> CompiledUnit {
    try await withTemporaryFolder { folder in
      let file = try spec.write(to: folder)
      let options = ClangOptions(environment: environment.path, kernel: kernel)
      let output = try await clang.run(options.forSpec(spec.path) + more + [file], in: folder)
      return try CompiledUnit(spec.path, output)
    }
  }

  /// Where the spec lies and where vmapcheck is installed do not matter to the hash.
  func hash(
    of spec: PreparedSpec, kernel: KernelVersion?, environment: String
  ) -> String {
    var text = "kernel \(kernel.map(\.description) ?? "none")\0\(spec.text)"
    for include in spec.includes { text += "\0\(include.body)" }
    return SHA256.hexDigest(of: text + environment)
  }
}
