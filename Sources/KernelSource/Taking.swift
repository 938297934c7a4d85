// SPDX-License-Identifier: Apache-2.0

/// C text taken out of a kernel's file, ready to be included.
public struct TakenText: Sendable, Hashable {
  /// A piece of the file that was taken.
  public struct Piece: Sendable, Hashable {
    /// The names that it defines.
    public let names: [String]
    /// The kernel's own line.
    public let line: Int
  }

  /// The C text: each piece unmodified, behind its `#line` and its `HAVE_…` macros.
  public let text: String
  /// What was taken, in the file's order.
  public let pieces: [Piece]
  /// The optional names that the file does not have.
  public let missing: [TakeName]

  /// All names that the text defines, those of the closure included: `struct udmabuf`, `vmap_pfn`.
  public var defined: Set<String> { Set(pieces.flatMap(\.names)) }
}

/// Picks items out of one C file, with what they need of it.
struct Taking {
  private let source: CSource
  private let items: [CItem]
  private let file: String
  /// Which items define a name.
  private let definitions: [String: [Int]]

  init(text: String, file: String) {
    source = CSource(text)
    items = CItemParser.items(of: source)
    self.file = file
    var definitions: [String: [Int]] = [:]
    for (index, item) in items.enumerated() where item.kind != .other {
      for name in item.names { definitions[name, default: []].append(index) }
    }
    self.definitions = definitions
  }

  /// Takes the named items.
  ///
  /// - Parameters:
  ///   - names: what is asked for.
  ///   - alreadyDefined: names that the closure leaves out.
  /// - Returns: the text, and the names that are not optional and not there.
  func take(_ names: [TakeName], alreadyDefined: Set<String>) -> (TakenText, [TakeName]) {
    var missing: [TakeName] = []
    var taken: Set<Int> = []
    for name in names {
      // The prototypes of what is taken come along; a name with nothing else is not there.
      let found = definitions[name.description] ?? []
      if found.allSatisfy({ items[$0].kind == .prototype }) {
        missing.append(name)
      } else {
        taken.formUnion(found)
      }
    }
    close(&taken, alreadyDefined: alreadyDefined)
    let order = taken.sorted()
    let taking = TakenText(
      text: order.map { render(items[$0]) }.joined(),
      pieces: order.map { TakenText.Piece(names: items[$0].names, line: items[$0].line) },
      missing: missing.filter(\.isOptional))
    return (taking, missing.filter { !$0.isOptional })
  }

  /// Adds the macros and types of the same file that the taken text mentions.
  private func close(_ taken: inout Set<Int>, alreadyDefined: Set<String>) {
    var pending = Array(taken)
    while let index = pending.popLast() {
      let item = items[index]
      var mentioned = source.mentions(in: item.range)
      for condition in source.conditions(of: item.branch) {
        for directive in source.groups[condition.group].directives.prefix(condition.number + 1) {
          mentioned.formUnion(source.mentions(in: directive.range))
        }
      }
      for name in mentioned where !alreadyDefined.contains(name) {
        for found in definitions[name] ?? []
        where [.macro, .aggregate, .typedef].contains(items[found].kind)
          && taken.insert(found).inserted
        {
          pending.append(found)
        }
      }
    }
  }

  // MARK: Text

  private func render(_ item: CItem) -> String {
    var text = ""
    let conditions = source.conditions(of: item.branch)
    openConditions(conditions, into: &text)
    appendMacros(of: item, into: &text)
    text += lineDirective(item.line)
    // The blanks before the item keep clang's columns right.
    var start = item.range.lowerBound
    while start > 0, CCharacter.isBlank(source.bytes[start - 1]) { start -= 1 }
    text += source.text(start..<item.range.upperBound) + "\n"
    text += String(repeating: "#endif\n", count: conditions.count)
    return text
  }

  /// Repeats the preprocessor lines that lead into a branch.
  private func openConditions(
    _ conditions: some Sequence<ConditionalBranch>, into text: inout String
  ) {
    for condition in conditions {
      for directive in source.groups[condition.group].directives.prefix(condition.number + 1) {
        text += lineDirective(directive.line) + source.text(directive.range) + "\n"
      }
    }
  }

  /// What a spec's adapter can test with `#ifdef`.
  private func appendMacros(of item: CItem, into text: inout String) {
    switch item.kind {
    case .macro, .prototype, .other: return
    case .function, .variable, .typedef, .aggregate: break
    }
    for name in item.names where !name.isEmpty { text += Self.have(name) }
    guard let tag = item.tag else { return }
    let outer = source.conditions(of: item.branch).count
    var done: Set<CItem.Member> = []
    for member in item.members where done.insert(member).inserted {
      let inner = source.conditions(of: member.branch).dropFirst(outer)
      openConditions(inner, into: &text)
      text += Self.have("\(tag) \(member.name)")
      text += String(repeating: "#endif\n", count: inner.count)
    }
  }

  /// `struct udmabuf offsets` makes `HAVE_STRUCT_UDMABUF_OFFSETS`.
  private static func have(_ name: String) -> String {
    "#define HAVE_\(name.uppercased().replacing(" ", with: "_")) 1\n"
  }

  private func lineDirective(_ line: Int) -> String {
    let escaped = file.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "#line \(line) \"\(escaped)\"\n"
  }
}
