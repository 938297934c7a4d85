// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelSource

/// A spec as a program: itself, the model and the machine `mmu` in one executable.
public struct NativeSpec: Sendable, Hashable {
  /// The executable.
  public let path: String
  /// The spec's path as the user gave it.
  public let file: String
  /// What a counterexample of the spec has as its `specHash`.
  public let hash: String
  /// SHA-256 over all that the executable was made of.
  public let buildHash: String
  /// The version of the kernel tree; nil where none was given.
  public let kernel: KernelVersion?
  /// The program that tells which line an address is of; nil where there is none.
  public let symbolizer: String?
}

/// What became of a spec that was to be compiled natively.
public enum NativeCompilation: Sendable {
  /// The program.
  case compiled(NativeSpec)
  /// The tree does not have what the spec is about.
  case absent(Absence)
  /// The spec takes from a kernel tree and none was given.
  case needsTree
}

/// Compiles specs natively, and keeps the programs in a folder between runs. Several processes may
/// use it at once: every file comes into place by a rename.
public actor NativeCompiler {
  private let frontend: Frontend
  private let runner: URL
  private let cache: URL
  private var texts: (environment: String, runner: String)?
  private var objects: [KernelVersion?: Task<URL, any Error>] = [:]

  /// A compiler.
  ///
  /// - Parameters:
  ///   - frontend: the front end, whose clang is used.
  ///   - runner: the folder of the machine.
  ///   - cache: the folder where programs are kept.
  public init(
    frontend: Frontend, runner: URL,
    cache: URL = TreeCache.userFolder.appendingPathComponent("machines", isDirectory: true)
  ) {
    self.frontend = frontend
    self.runner = runner.standardizedFileURL.resolvingSymlinksInPath()
    self.cache = cache
  }

  /// Compiles a spec.
  ///
  /// - Throws: ``FrontendError``; `CancellationError`.
  public func compile(spec: SpecSource, tree: KernelTree?) async throws -> NativeCompilation {
    switch try spec.prepare(tree: tree) {
    case .absent(let absence): return .absent(absence)
    case .needsTree: return .needsTree
    case .ready(let prepared):
      let texts = try readTexts()
      let hash = frontend.hash(
        of: prepared, kernel: tree?.version, environment: texts.environment)
      let buildHash = SHA256.hexDigest(
        of: "\(hash)\0\(spec.path)\0\(texts.runner)\0\(frontend.clang.versionText)")
      let program = cache.appendingPathComponent("spec-\(buildHash)")
      if !FileManager.default.isExecutableFile(atPath: program.path) {
        try await build(prepared, kernel: tree?.version, to: program)
      }
      return .compiled(
        NativeSpec(
          path: program.path, file: spec.path, hash: hash, buildHash: buildHash,
          kernel: tree?.version, symbolizer: symbolizer))
    }
  }

  /// The one that comes with clang.
  private var symbolizer: String? {
    let folder = URL(fileURLWithPath: frontend.clang.path).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    return [folder.path, "/usr/bin"].map { "\($0)/llvm-symbolizer" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
  }

  private func readTexts() throws(FrontendError) -> (environment: String, runner: String) {
    if let texts { return texts }
    let read = (
      environment: try EnvironmentUnits.text(of: frontend.environment),
      runner: try EnvironmentUnits.text(of: runner)
    )
    texts = read
    return read
  }

  // MARK: Building

  private func build(
    _ spec: PreparedSpec, kernel: KernelVersion?, to program: URL
  ) async throws {
    // What was made a month ago is soon made again.
    removeOld(in: cache, prefix: "", seconds: 30 * 24 * 3600)
    removeOldTemporaryFolders()
    let task = objects[kernel] ?? Task { try await self.environment(for: kernel) }
    objects[kernel] = task
    do {
      try await Self.build(
        spec, with: frontend.clang, runner: runner.path, to: program, environment: task,
        options: ClangOptions(environment: frontend.environment.path, kernel: kernel))
    } catch {
      objects[kernel] = nil
      throw error
    }
  }

  private static func build(
    _ spec: PreparedSpec, with clang: Clang, runner: String, to program: URL,
    environment: Task<URL, any Error>, options: ClangOptions
  ) async throws {
    try await withTemporaryFolder { folder in
      let file = try spec.write(to: folder)
      let object = folder.appendingPathComponent("spec.o").path
      let output = try await clang.run(
        options.forNativeSpec(spec.path, runner: runner) + [file, "-o", object], in: folder)
      guard output.isSuccess else { throw FrontendError.compile(messages: output.standardError) }
      let environment = try await environment.value
      let files = try FileManager.default.contentsOfDirectory(atPath: environment.path).sorted()
        .filter { $0.hasSuffix(".o") }.map { environment.appendingPathComponent($0).path }
      let linked = folder.appendingPathComponent("program").path
      let link = try await clang.run(
        [
          "--no-default-config", "-fuse-ld=lld", "-no-pie", "-Wl,--wrap=__free_page",
          "-Wl,--wrap=areas_check", "-Wl,-z,relro,-z,now",
        ] + files + [object, "-o", linked], in: folder)
      guard link.isSuccess else {
        throw FrontendError.compile(messages: messages(of: link.standardError, spec: spec.path))
      }
      try Self.move(URL(fileURLWithPath: linked), to: program)
    }
  }

  /// What the linker says of functions and variables that nobody has, as clang would say it.
  private static func messages(of linker: String, spec: String) -> String {
    let pattern = #/undefined (?:hidden )?symbol: (.+)\n>>> referenced by .*\((.+:\d+)\)/#
    let missing = linker.matches(of: pattern).map { match in
      "\(match.2): error: '\(match.1)' is neither in the spec nor in the model of the kernel"
    }
    if !missing.isEmpty { return missing.joined(separator: "\n") }
    return "\(spec): cannot be linked for this machine: \(linker)"
  }

  /// The folder of the model's and the machine's objects.
  private func environment(for kernel: KernelVersion?) async throws -> URL {
    let texts = try readTexts()
    let key = SHA256.hexDigest(
      of: "\(kernel?.description ?? "")\0\(texts.environment)\0\(texts.runner)\0"
        + frontend.clang.versionText)
    let place = cache.appendingPathComponent("environment-\(key)", isDirectory: true)
    if FileManager.default.fileExists(atPath: place.path) { return place }
    let options = ClangOptions(environment: frontend.environment.path, kernel: kernel)
    let model = frontend.environment.appendingPathComponent("model")
    let units = try Self.sources(in: model).map { (model, $0, options.forNativeModel) }
    let machine = try Self.sources(in: runner).map { name in
      (runner, name, name == "bridge.c" ? options.forBridge : options.forMachine)
    }
    let commands = (units + machine).enumerated().map { index, unit in
      unit.2(runner.path) + [unit.0.appendingPathComponent(unit.1).path, "-o", "\(index).o"]
    }
    try await Self.compile(commands, with: frontend.clang, to: place)
    return place
  }

  private static func compile(
    _ commands: [[String]], with clang: Clang, to place: URL
  ) async throws {
    try await withTemporaryFolder { folder in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for arguments in commands {
          group.addTask {
            let output = try await clang.run(arguments, in: folder)
            guard output.isSuccess else {
              throw FrontendError.compile(messages: output.standardError)
            }
          }
        }
        try await group.waitForAll()
      }
      try Self.move(folder, to: place)
      // What is removed afterwards has to be there.
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }

  private static func sources(in folder: URL) throws(FrontendError) -> [String] {
    try EnvironmentUnits.files(in: folder).filter { $0.hasSuffix(".c") && !$0.contains("/") }
  }

  /// Renames a file or folder into its place, over file systems too; another process may have put
  /// the same one there.
  private static func move(_ file: URL, to place: URL) throws {
    let manager = FileManager.default
    let folder = place.deletingLastPathComponent()
    do {
      try manager.createDirectory(at: folder, withIntermediateDirectories: true)
      let beside = folder.appendingPathComponent(".\(UUID().uuidString)")
      try manager.moveItem(at: file, to: beside)
      if rename(beside.path, place.path) != 0 {
        let reason = String(cString: strerror(errno))
        try manager.removeItem(at: beside)
        guard manager.fileExists(atPath: place.path) else {
          throw FrontendError.cacheNotWritable(path: place.path, reason: reason)
        }
      }
    } catch let error as FrontendError {
      throw error
    } catch {
      throw FrontendError.cacheNotWritable(path: folder.path, reason: error.localizedDescription)
    }
  }
}
