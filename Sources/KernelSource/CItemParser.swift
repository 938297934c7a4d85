// SPDX-License-Identifier: Apache-2.0

/// Cuts a C file into its top-level items without preprocessing it.
///
/// Braces are counted per branch: at an `#else` the count goes back to what it was at the `#if`,
/// so that a function may open the same block in both branches.
struct CItemParser {
  /// The item that is being read.
  private struct Open {
    /// Its first token's index.
    var first: Int
    var start: Int
    var line: Int
    var branch: Int
    /// How many conditional groups were open where it began.
    var groups: Int
    var braces = 0
    var parentheses = 0
    var hasInitialiser = false
    var hasFunctionBody = false
  }

  /// The counts at an `#if`.
  private struct Saved {
    var group: Int
    var braces: Int
    var parentheses: Int
  }

  private let source: CSource
  private var items: [CItem] = []
  private var open: Open?
  private var saved: [Saved] = []
  /// An item that has ended inside a conditional group of its own: the group's end is its end.
  private var closing: (item: Open, last: Int)?

  private init(_ source: CSource) {
    self.source = source
  }

  /// The items of a file, in its order.
  static func items(of source: CSource) -> [CItem] {
    var parser = CItemParser(source)
    for index in source.tokens.indices {
      if source.tokens[index].kind == .directive {
        parser.directive(index)
      } else {
        parser.token(index)
      }
    }
    return parser.items.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  // MARK: Preprocessor lines

  private mutating func directive(_ index: Int) {
    let token = source.tokens[index]
    if isMacroCall(before: index) { close(at: index - 1) }
    switch token.text {
    case "define", "undef":
      guard open == nil, closing == nil else { return }
      items.append(
        CItem(
          kind: .macro, names: [source.argument(of: token)], range: token.range, line: token.line,
          branch: token.branch))
    case "if", "ifdef", "ifndef":
      guard let group = token.group else { return }
      saved.append(
        Saved(group: group, braces: open?.braces ?? 0, parentheses: open?.parentheses ?? 0))
    case "elif", "else", "elifdef", "elifndef":
      guard let counts = saved.last, token.group != nil else { return }
      open?.braces = counts.braces
      open?.parentheses = counts.parentheses
    case "endif":
      guard token.group != nil, let counts = saved.popLast() else { return }
      if let item = closing {
        if saved.count == item.item.groups {
          closing = nil
          append(item.item, lastToken: item.last, end: token.range.upperBound)
        }
      } else if let item = open, saved.count < item.groups {
        // The item began inside the group and outlives it: the whole group belongs to it.
        let group = source.groups[counts.group]
        open?.groups = saved.count
        open?.start = group.directives[0].range.lowerBound
        open?.line = group.directives[0].line
        open?.branch = group.parent
      }
    default: break
    }
  }

  // MARK: Other tokens

  private mutating func token(_ index: Int) {
    guard closing == nil else { return }
    let token = source.tokens[index]
    if token.kind == .identifier, isMacroCall(before: index),
      token.line > source.tokens[index - 1].line
    {
      close(at: index - 1)
    }
    if open == nil {
      if token.isPunctuator(";") { return }
      open = Open(
        first: index, start: token.range.lowerBound, line: token.line, branch: token.branch,
        groups: saved.count)
    }
    guard token.kind == .punctuator, var item = open else { return }
    let isOutermost = item.braces == 0 && item.parentheses == 0
    var isEnd = false
    switch token.text {
    case "(", "[": item.parentheses += 1
    case ")", "]": item.parentheses = max(0, item.parentheses - 1)
    case "{":
      if isOutermost {
        item.hasFunctionBody = !item.hasInitialiser && !isAggregate(item.first..<index)
      }
      item.braces += 1
    case "}":
      item.braces = max(0, item.braces - 1)
      isEnd = item.braces == 0 && item.parentheses == 0 && item.hasFunctionBody
    case "=": if isOutermost { item.hasInitialiser = true }
    case ";": isEnd = isOutermost
    default: break
    }
    open = item
    if isEnd { close(at: index) }
  }

  /// Whether the tokens before a `{` are the head of a struct, union or enum:
  /// the keyword, then attributes and at most a tag.
  private func isAggregate(_ head: Range<Int>) -> Bool {
    let tokens = source.tokens[head].filter { $0.kind != .directive }
    guard let keyword = tokens.lastIndex(where: { CWords.tagKeywords.contains($0.text) }) else {
      return false
    }
    let rest = CDeclarator.withoutAttributes(tokens[(keyword + 1)...])
    return rest.allSatisfy { $0.kind == .identifier }
      && rest.filter { !$0.text.hasPrefix("__") }.count <= 1
  }

  /// Whether the open item is all of a macro's call that lacks its semicolon, such as
  /// `module_init(f)`.
  private func isMacroCall(before index: Int) -> Bool {
    guard let item = open, item.braces == 0, item.parentheses == 0, index - item.first >= 3 else {
      return false
    }
    let tokens = source.tokens[item.first..<index]
    guard let name = tokens.first, name.kind == .identifier, !name.text.hasPrefix("__"),
      tokens[item.first + 1].isPunctuator("("), tokens.last?.isPunctuator(")") == true
    else { return false }
    var depth = 0
    for position in (item.first + 1)..<index {
      if tokens[position].isPunctuator("(") { depth += 1 }
      if tokens[position].isPunctuator(")") { depth -= 1 }
      if depth == 0 { return position == index - 1 }
    }
    return false
  }

  // MARK: Ends

  private mutating func close(at last: Int) {
    guard let item = open else { return }
    open = nil
    if saved.count > item.groups {
      closing = (item, last)
    } else {
      append(item, lastToken: last, end: source.tokens[last].range.upperBound)
    }
  }

  private mutating func append(_ open: Open, lastToken: Int, end: Int) {
    let tokens = source.tokens[open.first...lastToken]
    var item = CDeclarator.classify(
      tokens.filter { $0.kind != .directive }, hasFunctionBody: open.hasFunctionBody,
      range: open.start..<end, line: open.line, branch: open.branch)
    if item.kind == .aggregate {
      for token in tokens where token.kind == .directive && token.text == "define" {
        item.names.append(source.argument(of: token))
      }
    }
    items.append(item)
  }
}
