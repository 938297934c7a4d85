// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelSource

/// A spec as the user wrote it.
public struct SpecSource: Sendable {
  /// The path as the user gave it: clang's messages and traces name the spec so.
  public let path: String
  /// The C text.
  public let text: String
  /// What the spec takes out of a kernel tree.
  public let takes: [TakePragma]

  /// Reads a spec.
  ///
  /// - Throws: ``FrontendError/unreadable(path:reason:)``, and
  ///   ``FrontendError/pragma(file:line:reason:)`` for a pragma that cannot be understood.
  public init(contentsOf path: String) throws(FrontendError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw .unreadable(path: path, reason: "it is no UTF-8 text")
    }
    try self.init(path: path, text: text)
  }

  /// A spec from its text.
  ///
  /// - Throws: ``FrontendError/pragma(file:line:reason:)``.
  public init(path: String, text: String) throws(FrontendError) {
    self.path = path
    self.text = text
    takes = try TakePragma.all(in: text, path: path)
  }

  /// Whether the spec can be verified only with a kernel tree.
  public var needsTree: Bool { !takes.isEmpty }

  /// The kernel files that the spec takes from, each once: what to open a tree with.
  public var kernelFiles: [String] {
    var seen: Set<String> = []
    return takes.map(\.file).filter { seen.insert($0).inserted }
  }

  /// Puts kernel text in the place of the spec's pragmas.
  ///
  /// - Parameter tree: the kernel tree, for a spec that needs one.
  /// - Throws: ``FrontendError/pragma(file:line:reason:)`` where a kernel file cannot be read.
  public func prepare(tree: KernelTree?) throws(FrontendError) -> Preparation {
    if needsTree && tree == nil { return .needsTree }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var includes: [PreparedSpec.Include] = []
    /// What earlier pragmas have taken out of a file.
    var taken: [String: Set<String>] = [:]
    for pragma in takes {
      guard let tree else { return .needsTree }
      let before = taken[pragma.file] ?? []
      let result: TakenText
      do {
        result = try tree.take(
          pragma.names.filter { !before.contains($0.description) }, from: pragma.file,
          alreadyDefined: before)
      } catch {
        switch error {
        case .namesMissing, .fileMissing:
          return .absent(
            Absence(spec: path, line: pragma.lines.lowerBound, reason: error.description))
        default:
          throw .pragma(
            file: path, line: pragma.lines.lowerBound, reason: error.description)
        }
      }
      taken[pragma.file] = before.union(result.defined)
      let name = "vmapcheck-take-\(includes.count + 1).h"
      includes.append(PreparedSpec.Include(name: name, file: pragma.file, taken: result))
      for line in pragma.lines { lines[line - 1] = "" }
      lines[pragma.lines.lowerBound - 1] = "#include \"\(name)\""
    }
    return .ready(
      PreparedSpec(path: path, text: lines.joined(separator: "\n"), includes: includes))
  }
}

/// What became of a spec's pragmas.
public enum Preparation: Sendable {
  /// The spec can be compiled.
  case ready(PreparedSpec)
  /// The tree does not have what the spec is about; that says nothing against either.
  case absent(Absence)
  /// The spec takes from a kernel tree and none was given.
  case needsTree
}

/// A spec is about something that a kernel tree does not have.
public struct Absence: Sendable, Hashable, CustomStringConvertible {
  /// The spec's path.
  public let spec: String
  /// The pragma's line.
  public let line: Int
  /// "linux 6.1.192 has no vmap_udmabuf in drivers/dma-buf/udmabuf.c".
  public let reason: String

  /// The reason.
  public var description: String { reason }
}

/// A spec with the kernel text that it takes.
public struct PreparedSpec: Sendable {
  /// Kernel text that stands in the place of a pragma.
  public struct Include: Sendable {
    /// The file's name in the folder of intermediate files.
    public let name: String
    /// The kernel's file.
    public let file: String
    /// What was taken out of it.
    public let taken: TakenText
    /// The text with a fault in it; nil where it is the kernel's own.
    var faulty: String?

    init(name: String, file: String, taken: TakenText) {
      self.name = name
      self.file = file
      self.taken = taken
    }

    /// The C of the kernel, or what has been made of it.
    var body: String { faulty ?? taken.text }

    /// The taken text without the warnings that the kernel's own build does not ask for. What
    /// is an error elsewhere stays one.
    var text: String {
      """
      #pragma clang diagnostic push
      #pragma clang diagnostic ignored "-Wall"
      #pragma clang diagnostic error "-Wimplicit-function-declaration"
      \(body)#pragma clang diagnostic pop

      """
    }
  }

  /// The spec's path as the user gave it.
  public let path: String
  /// The spec's text, each pragma replaced by an `#include` and as many lines as before.
  public internal(set) var text: String
  /// What the text includes.
  public internal(set) var includes: [Include]

  /// Writes the spec and what it includes.
  ///
  /// - Parameter folder: an empty folder.
  /// - Returns: the name of the file to compile.
  func write(to folder: URL) throws -> String {
    let name = "spec.c"
    let escaped = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    do {
      for include in includes {
        try Data(include.text.utf8).write(to: folder.appendingPathComponent(include.name))
      }
      try Data("#line 1 \"\(escaped)\"\n\(text)".utf8).write(
        to: folder.appendingPathComponent(name))
    } catch {
      throw FrontendError.temporaryFolder(path: folder.path, reason: error.localizedDescription)
    }
    return name
  }
}
