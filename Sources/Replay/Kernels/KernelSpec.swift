// SPDX-License-Identifier: Apache-2.0

import Foundation
import Frontend
import KernelSource

/// How a spec gets into a kernel.
enum KernelSpec: Sendable {
  /// As a module with its own C.
  case module(KernelBuild.SpecModule)
  /// Not at all: the kernel's driver is asked, as the spec takes that from a tree.
  case driver

  /// Why a spec cannot get there, in words.
  struct Obstacle: Error {
    var reason: String
  }

  private static let driverFile = "drivers/dma-buf/udmabuf.c"
  private static let ownFile = "mm/vmalloc.c"

  /// Makes a spec ready.
  ///
  /// - Parameters:
  ///   - kernel: the version of the tree that it was verified with; nil if it takes nothing.
  /// - Throws: ``Obstacle``; ``KernelError``.
  static func make(
    _ source: SpecSource, names: [String], kernel: KernelVersion?, for session: KernelSession,
    facts: KernelFacts
  ) async throws -> KernelSpec {
    if source.needsTree, let kernel, kernel.description != facts.upstream {
      throw Obstacle(
        reason: "the spec takes functions from linux \(kernel), and this kernel is "
          + "\(facts.upstream)")
    }
    let files = Set(source.kernelFiles)
    if files.contains(driverFile) {
      guard facts.configuration.udmabuf else {
        throw Obstacle(reason: "this kernel is built without udmabuf")
      }
      return .driver
    }
    if let file = files.subtracting([ownFile]).sorted().first {
      throw Obstacle(reason: "what the spec takes from \(file) cannot be called in a kernel")
    }
    do {
      return .module(
        try await session.build.specModule(
          text: source.text, path: source.path, names: names))
    } catch KernelError.tool(let command, let output) where command.hasPrefix("make") {
      let line = output.split(separator: "\n").first {
        $0.contains("error:") || $0.contains("undefined!")
      }
      throw Obstacle(
        reason: "the spec does not build against this kernel: \(line ?? "make fails")")
    }
  }

  /// Has the spec run on a buffer.
  func run(_ name: String, _ buffer: KernelBuffer, on agent: KernelAgent) throws -> GuestAnswer {
    switch self {
    case .module: try agent.askCase("run \(name) \(buffer.words)")
    case .driver: try agent.askCase("udmabuf \(buffer.words)")
    }
  }

  /// What a guest needs before the first run.
  func load(into agent: KernelAgent) throws {
    if case .module(let module) = self { try agent.load(module) }
  }
}

extension KernelFacts {
  /// The version of the source: "6.1.192" of Debian's 6.1.0-56.
  public var upstream: String {
    let words = [version.firstMatch(of: /Debian (\d+\.\d+\.\d+)/)?.1]
    if let known = words.first.flatMap({ $0 }) { return String(known) }
    return String(release.prefix { $0.isNumber || $0 == "." })
  }
}
