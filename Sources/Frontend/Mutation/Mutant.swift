// SPDX-License-Identifier: Apache-2.0

import KernelSource

/// A spec with one small fault in its strategy.
public struct Mutant: Sendable, Hashable {
  /// A fault that programmers make.
  public enum Fault: String, Sendable, Hashable, Codable, CaseIterable {
    case offByOne = "off by one"
    case swappedOperands = "swapped operands"
    case wrongOperator = "wrong operator"
    case droppedOperand = "dropped operand"
    case droppedCheck = "dropped check"
    case failingCheck = "failing check"
    case wrongWidth = "wrong width"
    case wrongIndex = "wrong index"
    case droppedStatement = "dropped statement"
  }

  /// What kind of fault it is.
  public let fault: Fault
  /// The C file that has it: the spec, or the kernel's.
  public let file: String
  /// The line of the fault, from 1.
  public let line: Int
  /// The function that has it.
  public let function: String
  /// The lines without the fault, without their indentation.
  public let before: String
  /// The same lines with it.
  public let after: String
  /// Which text of the spec has it: 0 is its own, the others are what it takes.
  let part: Int
  /// The bytes of that text.
  let range: Range<Int>
  let replacement: String
}

extension PreparedSpec {
  /// Every small fault that the functions of a strategy can be given, in the order of the text.
  ///
  /// - Parameter names: the functions to look at, of the spec and of what it takes.
  public func mutants(of names: Set<String>) -> [Mutant] {
    texts.enumerated().flatMap { part, text in
      MutantFinder(text.text, file: text.file, part: part).mutants(of: names)
    }
  }

  /// The functions that a variable's initialiser leads to, directly or through others; those that
  /// the field `.assume` leads to are none of the strategy.
  ///
  /// - Parameter spec: the variable that `VMAP_SPEC` defines.
  public func functions(of spec: String) -> Set<String> {
    let sources = texts.map { FunctionText.all(in: CSource($0.text)) }
    var callees: [String: Set<String>] = [:]
    for function in sources.joined() {
      callees[function.name, default: []].formUnion(function.mentions)
    }
    let roots = SpecInitialiser(CSource(text), of: spec).mentions
    var found: Set<String> = []
    var agenda = roots.filter { callees[$0] != nil }
    while let name = agenda.popFirst() {
      guard found.insert(name).inserted else { continue }
      agenda.formUnion((callees[name] ?? []).filter { callees[$0] != nil && !found.contains($0) })
    }
    return found
  }

  /// The spec with a fault.
  public func with(_ mutant: Mutant) -> PreparedSpec {
    var result = self
    let faulty = texts[mutant.part].text.replacing(mutant.range, with: mutant.replacement)
    if mutant.part == 0 {
      result.text = faulty
    } else {
      result.includes[mutant.part - 1].faulty = faulty
    }
    return result
  }

  private var texts: [(text: String, file: String)] {
    [(text, path)] + includes.map { ($0.body, $0.file) }
  }
}

extension Set {
  fileprivate mutating func popFirst() -> Element? { isEmpty ? nil : removeFirst() }
}

extension String {
  /// The text with other bytes in a range of its own.
  func replacing(_ range: Range<Int>, with replacement: String) -> String {
    var bytes = Array(utf8)
    bytes.replaceSubrange(range, with: replacement.utf8)
    return String(decoding: bytes, as: UTF8.self)
  }
}
