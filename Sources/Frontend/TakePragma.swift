// SPDX-License-Identifier: Apache-2.0

import KernelSource

/// A spec's request for kernel text:
/// `#pragma vmapcheck take "mm/vmalloc.c" struct vmap_block, vmap, vmap_pfn?`.
public struct TakePragma: Sendable, Hashable {
  /// The file, relative to the top of the kernel tree.
  public let file: String
  /// What to take out of it.
  public let names: [TakeName]
  /// The spec's lines that the pragma stands on.
  public let lines: ClosedRange<Int>

  /// Reads the pragmas of a spec; those that are not vmapcheck's are passed over.
  ///
  /// - Parameters:
  ///   - text: the spec's text.
  ///   - path: how messages name the spec.
  /// - Throws: ``FrontendError/pragma(file:line:reason:)``.
  static func all(in text: String, path: String) throws(FrontendError) -> [TakePragma] {
    let source = CSource(text)
    var pragmas: [TakePragma] = []
    for directive in source.tokens where directive.text == "pragma" {
      guard directive.kind == .directive else { continue }
      let written = source.text(directive.range)
      do {
        let extent = directive.line...(directive.line + written.filter(\.isNewline).count)
        if let pragma = try TakePragma(written, lines: extent) { pragmas.append(pragma) }
      } catch {
        throw .pragma(file: path, line: directive.line, reason: error.reason)
      }
    }
    return pragmas
  }

  private struct Malformed: Error {
    var reason: String
  }

  /// - Returns: nil for a pragma that is not vmapcheck's.
  private init?(_ written: String, lines: ClosedRange<Int>) throws(Malformed) {
    // Without its `#` the line is made of ordinary tokens.
    let source = CSource(written.replacing("#", with: " ", maxReplacements: 1))
    let words = source.tokens.dropFirst()
    guard words.first?.text == "vmapcheck" else { return nil }
    guard words.dropFirst().first?.text == "take" else {
      throw Malformed(reason: "unknown pragma of vmapcheck; known is: take \"FILE\" NAME, …")
    }
    let operands = words.dropFirst(2)
    guard let literal = operands.first, literal.kind == .literal,
      case let quoted = source.text(literal.range), quoted.count > 2, quoted.hasPrefix("\""),
      quoted.hasSuffix("\"")
    else { throw Malformed(reason: "take wants a file of the kernel in quotation marks") }
    file = String(quoted.dropFirst().dropLast())
    var names: [TakeName] = []
    let pieces = operands.dropFirst().split(omittingEmptySubsequences: false) { $0.text == "," }
    for piece in pieces {
      let text = piece.map { source.text($0.range) }.joined(separator: " ")
      guard let name = TakeName(parsing: text) else {
        throw Malformed(
          reason: text.isEmpty
            ? "take wants names: NAME, struct NAME, NAME?"
            : "'\(text)' is no name that can be taken; write NAME, struct NAME, or NAME?")
      }
      names.append(name)
    }
    self.names = names
    self.lines = lines
  }
}
