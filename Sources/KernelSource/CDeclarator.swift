// SPDX-License-Identifier: Apache-2.0

/// Words that C and the kernel put beside a declared name.
enum CWords {
  static let tagKeywords: Set<String> = ["struct", "union", "enum"]

  /// Words that are no type and no name.
  static let qualifiers: Set<String> = [
    "static", "extern", "inline", "__inline", "__inline__", "__always_inline", "noinline",
    "const", "volatile", "restrict", "register", "_Thread_local", "asmlinkage", "__init",
    "__exit", "__meminit", "__cold", "__weak", "__visible", "notrace", "nokprobe_inline",
    "noinline_for_stack", "__must_check", "__attribute_const__", "__pure", "__always_unused",
  ]

  /// The kernel's attributes; some take arguments.
  static let attributes: Set<String> = [
    "__attribute__", "__attribute", "__printf", "__scanf", "__section", "__aligned", "__packed",
    "__acquires", "__releases", "__must_hold", "__cond_acquires", "__alloc_size", "__malloc",
    "__counted_by", "__counted_by_le", "__counted_by_be", "__counted_by_ptr", "__nonstring",
    "__read_mostly", "__ro_after_init", "__initdata", "__initconst", "__refdata",
    "__cacheline_aligned", "__cacheline_aligned_in_smp", "____cacheline_aligned",
    "____cacheline_aligned_in_smp", "__percpu", "__rcu", "__user", "__iomem", "__force",
    "__maybe_unused", "__used", "__unused", "__always_unused", "__latent_entropy",
    "__randomize_layout", "__no_randomize_layout", "__designated_init", "__init", "__exit",
    "__ref", "__cold", "__deprecated", "__free", "__guarded_by", "__pt_guarded_by",
    "__no_sanitize_address", "__no_kcsan", "__no_sanitize_or_inline", "__error", "__assume_aligned",
    "__alloc_size__", "__realloc_size", "__attribute_const__", "__pure", "__must_check", "__weak",
    "_Alignas", "__extension__", "__noreturn", "noinstr", "__cpuidle", "__flatten",
  ]
}

/// Finds out what a top-level item is and which names it declares.
enum CDeclarator {
  typealias Tokens = ArraySlice<CToken>

  /// Classifies an item.
  ///
  /// - Parameters:
  ///   - tokens: the item's tokens, preprocessor lines left out.
  ///   - hasFunctionBody: whether the item ended with a function's body.
  static func classify(
    _ tokens: [CToken], hasFunctionBody: Bool, range: Range<Int>, line: Int, branch: Int
  ) -> CItem {
    var item = CItem(kind: .other, range: range, line: line, branch: branch)
    if hasFunctionBody {
      item.kind = .function
      let head = tokens.prefix { !$0.isPunctuator("{") }
      item.names = functionName(head).map { [$0] } ?? []
      return item
    }
    let isTypedef = tokens.contains { $0.text == "typedef" && $0.kind == .identifier }
    var rest = withoutSemicolon(tokens[...])
    let hasBody = splitAggregate(&rest, into: &item)
    let names = declared(in: rest, isTypedef: isTypedef, hasType: hasBody)
    if isTypedef {
      item.kind = .typedef
    } else if hasBody {
      item.kind = names.contains { $0.isInitialised } ? .variable : .aggregate
    } else if let prototype = prototypeName(rest) {
      item.kind = .prototype
      item.names.append(prototype)
      return item
    } else {
      item.kind = names.isEmpty ? .other : .variable
    }
    item.names += names.map(\.name)
    return item
  }

  // MARK: Structs, unions, enums

  /// Takes a body `struct x { … }` out of a declaration, with its tag, members, enumerators.
  ///
  /// - Returns: whether there was a body.
  private static func splitAggregate(_ tokens: inout Tokens, into item: inout CItem) -> Bool {
    guard let brace = tokens.firstIndex(where: { $0.isPunctuator("{") }),
      !tokens[..<brace].contains(where: { $0.isPunctuator("=") }),
      let keyword = tokens[..<brace].lastIndex(where: { CWords.tagKeywords.contains($0.text) }),
      let end = closing(of: brace, in: tokens)
    else { return false }
    let word = tokens[keyword].text
    let body = tokens[(brace + 1)..<end]
    // What is left before the tag is an attribute that is not known here.
    let words = withoutAttributes(tokens[(keyword + 1)..<brace]).filter { $0.kind == .identifier }
    if let tag = words.first(where: { !$0.text.hasPrefix("__") }) ?? words.first {
      item.tag = "\(word) \(tag.text)"
      item.names.append("\(word) \(tag.text)")
    }
    if word == "enum" {
      item.names += split(body, at: ",").compactMap { $0.first?.text }
    } else {
      item.members = members(of: body)
    }
    tokens = tokens[(end + 1)...]
    return true
  }

  /// The members of a struct's body; those of unnamed structs and unions in it are its own.
  private static func members(of body: Tokens) -> [CItem.Member] {
    var members: [CItem.Member] = []
    for declaration in split(body, at: ";") {
      var rest = declaration
      var inner = CItem(kind: .other, range: 0..<0, line: 0, branch: 0)
      let branch = declaration.first?.branch ?? 0
      let hasBody = splitAggregate(&rest, into: &inner)
      let names = declared(in: rest, isTypedef: false, hasType: hasBody)
      if hasBody && names.isEmpty { members += inner.members }
      members += names.map { CItem.Member(name: $0.name, branch: branch) }
      if !hasBody && names.isEmpty {
        members += macroArguments(rest).map { CItem.Member(name: $0, branch: branch) }
      }
    }
    return members
  }

  // MARK: Names

  private struct Declared {
    var name: String
    var isInitialised: Bool
  }

  /// The names of a declaration's declarators.
  ///
  /// - Parameter hasType: whether the type was taken off already, so that a lone name counts.
  private static func declared(in tokens: Tokens, isTypedef: Bool, hasType: Bool) -> [Declared] {
    var names: [Declared] = []
    for (number, piece) in split(tokens, at: ",").enumerated() {
      let assign = indices(in: piece, depth: 0) { $0.isPunctuator("=") }.first
      let colon = indices(in: piece, depth: 0) { $0.isPunctuator(":") }.first
      let head = piece[..<min(assign ?? piece.endIndex, colon ?? piece.endIndex)]
      guard
        let name = name(in: head, isFunctionType: isTypedef, needsType: number == 0 && !hasType)
      else { continue }
      names.append(Declared(name: name, isInitialised: assign != nil))
    }
    if names.isEmpty && !hasType && isMacroDefinition(tokens) {
      names = macroArguments(tokens).map { Declared(name: $0, isInitialised: false) }
    }
    return names
  }

  /// The name that one declarator declares.
  private static func name(in head: Tokens, isFunctionType: Bool, needsType: Bool) -> String? {
    let tokens = withoutAttributes(head)
    // int (*name)(void)
    for index in indices(in: tokens, depth: 0, where: { $0.isPunctuator("(") })
    where index + 1 < tokens.endIndex && tokens[index + 1].isPunctuator("*") {
      return tokens[(index + 1)...].first {
        $0.kind == .identifier && !CWords.qualifiers.contains($0.text)
          && !CWords.attributes.contains($0.text)
      }?.text
    }
    let words = indices(in: tokens, depth: 0) { $0.kind == .identifier }
    guard let last = words.last else { return nil }
    let isCalled = last + 1 < tokens.endIndex && tokens[last + 1].isPunctuator("(")
    if isCalled && !isFunctionType { return nil }
    if needsType {
      let types = words.dropLast().filter { !CWords.qualifiers.contains(tokens[$0].text) }
      // `struct x;` declares a tag, and `struct x y;` a name.
      let isTag = types.count == 1 && CWords.tagKeywords.contains(tokens[types[0]].text)
      if types.isEmpty || isTag { return nil }
    }
    return tokens[last].text
  }

  /// The name of a prototype `int f(int);`: a called name with a type before it.
  private static func prototypeName(_ tokens: Tokens) -> String? {
    guard indices(in: tokens, depth: 0, where: { $0.isPunctuator("=") }).isEmpty else { return nil }
    let plain = withoutAttributes(tokens)
    guard let last = indices(in: plain, depth: 0, where: { $0.kind == .identifier }).last,
      last + 1 < plain.endIndex, plain[last + 1].isPunctuator("("),
      hasType(plain[..<last])
    else { return nil }
    let inner = last + 2
    if inner < plain.endIndex, plain[inner].isPunctuator("*") { return nil }
    return plain[last].text
  }

  /// The name of the function whose head this is.
  private static func functionName(_ head: ArraySlice<CToken>) -> String? {
    let plain = withoutAttributes(head)
    let called = indices(in: plain, depth: 0) { $0.kind == .identifier }.filter {
      $0 + 1 < plain.endIndex && plain[$0 + 1].isPunctuator("(")
    }
    return (called.first { hasType(plain[..<$0]) } ?? called.first).map { plain[$0].text }
  }

  /// Whether the tokens before a name hold more than qualifiers.
  private static func hasType(_ tokens: Tokens) -> Bool {
    tokens.contains { $0.kind == .identifier && !CWords.qualifiers.contains($0.text) }
  }

  /// Whether this is a macro that defines a variable: `DEFINE_MUTEX(x)`, `static LIST_HEAD(x)`.
  private static func isMacroDefinition(_ tokens: Tokens) -> Bool {
    let words = tokens.prefix { !$0.isPunctuator("(") }
    guard let macro = words.last, macro.kind == .identifier, words.count < tokens.count else {
      return false
    }
    return macro.text.hasPrefix("DEFINE_") || macro.text.hasPrefix("DECLARE_")
      || words.first?.text == "static"
  }

  /// The arguments of a macro's call that are a single name.
  private static func macroArguments(_ tokens: Tokens) -> [String] {
    guard let start = tokens.firstIndex(where: { $0.isPunctuator("(") }),
      let end = closing(of: start, in: tokens)
    else { return [] }
    return split(tokens[(start + 1)..<end], at: ",").compactMap { argument in
      // `struct x` and `int *` are types.
      argument.count == 1 && argument.first?.kind == .identifier ? argument.first?.text : nil
    }
  }

  // MARK: Tokens

  private static func withoutSemicolon(_ tokens: Tokens) -> Tokens {
    tokens.last?.isPunctuator(";") == true ? tokens.dropLast() : tokens
  }

  /// The tokens without attributes and their arguments.
  static func withoutAttributes(_ tokens: Tokens) -> Tokens {
    var kept: [CToken] = []
    var index = tokens.startIndex
    while index < tokens.endIndex {
      let token = tokens[index]
      index += 1
      guard token.kind == .identifier, CWords.attributes.contains(token.text) else {
        kept.append(token)
        continue
      }
      if index < tokens.endIndex, tokens[index].isPunctuator("("),
        let end = closing(of: index, in: tokens)
      {
        index = end + 1
      }
    }
    return kept[...]
  }

  /// The index of the bracket that closes the one at `open`.
  private static func closing(of open: Int, in tokens: Tokens) -> Int? {
    var depth = 0
    for index in open..<tokens.endIndex where tokens[index].kind == .punctuator {
      depth += nesting(tokens[index])
      if depth == 0 { return index }
    }
    return nil
  }

  private static func nesting(_ token: CToken) -> Int {
    guard token.kind == .punctuator else { return 0 }
    switch token.text {
    case "(", "[", "{": return 1
    case ")", "]", "}": return -1
    default: return 0
    }
  }

  /// The indices of the tokens at a depth of brackets; an opening bracket counts as outside.
  private static func indices(
    in tokens: Tokens, depth wanted: Int, where matches: (CToken) -> Bool
  ) -> [Int] {
    var depth = 0
    var found: [Int] = []
    for index in tokens.indices {
      if depth == wanted && matches(tokens[index]) { found.append(index) }
      depth += nesting(tokens[index])
    }
    return found
  }

  /// Splits at a separator outside brackets; empty pieces are dropped.
  private static func split(_ tokens: Tokens, at separator: String) -> [Tokens] {
    var pieces: [Tokens] = []
    var start = tokens.startIndex
    let cuts = indices(in: tokens, depth: 0) { $0.isPunctuator(separator) } + [tokens.endIndex]
    for cut in cuts {
      if start < cut { pieces.append(tokens[start..<cut]) }
      start = cut + 1
    }
    return pieces
  }
}
