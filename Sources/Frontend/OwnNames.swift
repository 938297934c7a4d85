// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelSource

/// The names that a spec's own C uses and defines, where they matter to what its verdicts say.
struct OwnNames {
  private let path: String
  private let source: CSource

  init(path: String, text: String) {
    self.path = path
    source = CSource(text)
  }

  /// What the model is made of is none of a spec's: an assumption would stand in no verdict.
  ///
  /// - Throws: ``FrontendError/name(file:line:reason:)`` for the first such name.
  func checkReserved() throws(FrontendError) {
    for token in source.tokens {
      if let name = OwnNames.names(in: token, of: source).first(where: OwnNames.isReserved) {
        throw .name(
          file: path, line: token.line,
          reason: "\(name) is the model's own; a spec has vmap_assume(), vmap_assert() and what "
            + "else <vmapcheck/spec.h> describes")
      }
    }
  }

  private static func isReserved(_ name: String) -> Bool {
    ["vmc_", "__vmc_", "vmr_"].contains { name.hasPrefix($0) }
  }

  private static func names(in source: CSource) -> [String] {
    source.tokens.flatMap { names(in: $0, of: source) }
  }

  /// What a header declares as a function, and what its macros may call.
  private static func callable(in source: CSource) -> [String] {
    let tokens = source.tokens
    return tokens.indices.flatMap { place -> [String] in
      if tokens[place].kind == .directive { return names(in: tokens[place], of: source) }
      guard place > 0, tokens[place].kind == .identifier, place + 1 < tokens.count,
        tokens[place + 1].text == "("
      else { return [] }
      let before = tokens[place - 1]
      let isDeclared =
        before.text == "*" || before.kind == .identifier && before.text != "return"
      return isDeclared ? [tokens[place].text] : []
    }
  }

  private static func names(in token: CToken, of source: CSource) -> [String] {
    switch token.kind {
    case .identifier: [token.text]
    case .directive: identifiers(in: source.text(token.range))
    default: []
    }
  }

  private static func identifiers(in text: String) -> [String] {
    text.matches(of: /[A-Za-z_][A-Za-z_0-9]*/).map { String($0.0) }
  }

  // MARK: Configuration

  /// The options of the kernel's configuration that texts speak of.
  static func configuration(askedForIn texts: [String]) -> Set<String> {
    Set(texts.flatMap { names(in: CSource($0)) }).filter { $0.hasPrefix("CONFIG_") }
  }

  /// Those that the environment's headers do not know: they are off there.
  static func unknown(_ options: Set<String>, headers: [String]) -> [String] {
    options.subtracting(headers.flatMap { names(in: CSource($0)) }).sorted()
  }

  // MARK: Contracts

  /// Whether the spec goes by the contract of anything.
  var goByContracts: Bool { source.tokens.contains { $0.text == "vmap_by_contract" } }

  /// Contracts are proved of the kernel's text with the environment's headers. A spec that goes by
  /// one must not make another text of it: by a macro, a function, or a header of its own.
  ///
  /// - Parameters:
  ///   - taken: what the spec takes out of a kernel tree.
  ///   - headers: the environment's headers.
  /// - Throws: ``FrontendError/name(file:line:reason:)`` for the first thing that may.
  func checkContracts(taken: [String], headers: [String]) throws(FrontendError) {
    let taken = Set(taken.flatMap { OwnNames.names(in: CSource($0)) })
    let headers = headers.map(CSource.init)
    let used = taken.union(headers.flatMap(OwnNames.names))
    for token in source.tokens where token.kind == .directive {
      try checkDirective(token, used)
    }
    if let label = source.tokens.first(where: { OwnNames.assembler.contains($0.text) }) {
      try refuse("a name for the assembler", label.line)
    }
    let called = taken.union(headers.flatMap(OwnNames.callable))
    for function in FunctionText.all(in: source) where called.contains(function.name) {
      try refuse("a function \(function.name)()", function.words.first?.line ?? 1)
    }
  }

  private static let assembler: Set = ["asm", "__asm", "__asm__"]

  private func checkDirective(_ token: CToken, _ used: Set<String>) throws(FrontendError) {
    let text = source.text(token.range)
    switch token.text {
    case "define", "undef":
      let name = OwnNames.identifiers(in: text).dropFirst().first ?? ""
      if used.contains(name), !name.hasPrefix("VMAPCHECK_TAKES_") {
        try refuse("a macro \(name)", token.line)
      }
    case "include":
      if !text.contains("<vmapcheck/"), !text.contains("\"vmapcheck-take-") {
        try refuse("a header of its own", token.line)
      }
    case "pragma": try refuse("a pragma", token.line)
    default: break
    }
  }

  private func refuse(_ what: String, _ line: Int) throws(FrontendError) {
    throw .name(
      file: path, line: line,
      reason: "vmap_by_contract() is for the kernel's own text, which \(what) may change; give it "
        + "another name, or do without vmap_by_contract()")
  }
}
