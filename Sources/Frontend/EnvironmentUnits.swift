// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelSource

/// The units of the kernel environment, compiled once for each kernel version.
actor EnvironmentUnits {
  /// The compiled environment.
  struct Compiled: Sendable {
    var units: [CompiledUnit]
    /// The text of all its files, for the hash of a spec.
    var text: String
  }

  private let clang: Clang
  private let folder: URL
  private var compiled: [KernelVersion?: Task<Compiled, any Error>] = [:]
  /// Who waits for a version that is being compiled.
  private var waiting: [KernelVersion?: Set<UUID>] = [:]

  init(clang: Clang, folder: URL) {
    self.clang = clang
    self.folder = folder
  }

  /// The environment for a kernel version; nil is the environment's own default.
  ///
  /// The compilation is stopped where all who wait for it are cancelled, and made anew for who
  /// asks later.
  func units(for kernel: KernelVersion?) async throws -> Compiled {
    while true {
      try Task.checkCancellation()
      let task =
        compiled[kernel]
        ?? Task { [clang, folder] in
          try await Self.compile(in: folder, kernel: kernel, with: clang)
        }
      compiled[kernel] = task
      let waiter = UUID()
      waiting[kernel, default: []].insert(waiter)
      let result = await withTaskCancellationHandler {
        await task.result
      } onCancel: {
        Task { await self.leave(kernel, task, waiter) }
      }
      waiting[kernel]?.remove(waiter)
      switch result {
      case .success(let units): return units
      case .failure(let error):
        if compiled[kernel] == task { compiled[kernel] = nil }
        // Another's cancellation is not this one's.
        if error is CancellationError && !Task.isCancelled { continue }
        throw error
      }
    }
  }

  private func leave(
    _ kernel: KernelVersion?, _ task: Task<Compiled, any Error>, _ waiter: UUID
  ) {
    waiting[kernel]?.remove(waiter)
    if compiled[kernel] == task && waiting[kernel]?.isEmpty != false { task.cancel() }
  }

  private static func compile(
    in folder: URL, kernel: KernelVersion?, with clang: Clang
  ) async throws -> Compiled {
    let files = try files(in: folder)
    let sources = files.filter { $0.hasPrefix("model/") && $0.hasSuffix(".c") }
      .filter { !$0.dropFirst("model/".count).contains("/") }
    let options = ClangOptions(environment: folder.path, kernel: kernel).forEnvironment
    let units = try await withThrowingTaskGroup(of: (Int, CompiledUnit).self) { group in
      for (index, source) in sources.enumerated() {
        group.addTask {
          let path = folder.appendingPathComponent(source).path
          let output = try await clang.run(options + [path], in: folder)
          return (index, try CompiledUnit("\(ClangOptions.environmentName)/\(source)", output))
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    return Compiled(units: units.sorted { $0.0 < $1.0 }.map(\.1), text: try text(of: folder))
  }

  /// The text of all C files and headers of a folder.
  static func text(of folder: URL) throws(FrontendError) -> String {
    var text = ""
    for file in try files(in: folder) {
      let content: String
      do {
        content = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      } catch {
        throw FrontendError.unreadable(
          path: folder.appendingPathComponent(file).path, reason: error.localizedDescription)
      }
      text += "\0\(file)\0\(content)"
    }
    return text
  }

  /// The C files and headers of the environment, relative to its folder.
  static func files(in folder: URL) throws(FrontendError) -> [String] {
    guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder.path) else {
      throw .environmentMissing(path: folder.path)
    }
    return paths.filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") }.sorted()
  }
}
