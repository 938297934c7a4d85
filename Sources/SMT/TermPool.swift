// SPDX-License-Identifier: Apache-2.0

/// Makes terms, each distinct one once, simplified as they are made.
///
/// Every rewriting is an equality over machine integers under the ranges that the symbols were
/// declared with; `Solver` asserts these ranges, so that both agree.
/// A pool belongs to one task.
public final class TermPool {
  var nodes: [Node] = []
  var facts: [Facts] = []
  private var widths: [Int] = []
  private var indices: [Key: Int32] = [:]
  private var symbols: [String: Term] = [:]
  /// The symbols in the order of their first use.
  public private(set) var symbolOrder: [Term] = []

  private struct Key: Hashable {
    var width: Int
    var node: Node
  }

  /// The symbols below each node, once asked for.
  private var symbolSets: [Int32: Set<Int32>] = [:]

  /// Makes an empty pool.
  public init() {}

  /// How many distinct terms there are, constants apart.
  public var count: Int { nodes.count }

  // MARK: Symbols

  /// A value that is free within a range of unsigned numbers. The same name is the same symbol
  /// and keeps the range of its first use.
  public func symbol(_ name: String, width: Int, in range: ClosedRange<UInt64>) -> Term {
    if let known = symbols[name] { return known }
    if range.lowerBound == range.upperBound {
      let constant = Term(range.lowerBound, width: width)
      symbols[name] = constant
      return constant
    }
    let known = Facts(
      low: range.lowerBound, high: min(range.upperBound, Term.mask(width)), trailingZeros: 0,
      isExact: true)
    let term = insert(.symbol(name), width: width, facts: known)
    symbols[name] = term
    symbolOrder.append(term)
    return term
  }

  /// A text that no other term of the pool has.
  public func identity(of term: Term) -> String {
    if let value = term.constant { return "0x\(String(value, radix: 16))" }
    return name(of: term) ?? "%\(term.index)"
  }

  /// The symbol of a name, where there is one.
  public func symbol(named name: String) -> Term? { symbols[name] }

  /// The name of a symbol; nil for any other term.
  public func name(of term: Term) -> String? {
    guard term.index >= 0, case .symbol(let name) = nodes[Int(term.index)] else { return nil }
    return name
  }

  /// The unsigned range that a term's value surely lies in.
  public func range(of term: Term) -> ClosedRange<UInt64> {
    let known = self.known(term)
    return known.low...known.high
  }

  /// How many of a term's lowest bits are surely 0.
  public func trailingZeros(of term: Term) -> Int { known(term).trailingZeros }

  // MARK: Nodes

  /// The node of an index.
  func term(at index: Int32) -> Term { Term(width: widths[Int(index)], node: index) }

  func node(_ term: Term) -> Node? { term.index < 0 ? nil : nodes[Int(term.index)] }

  func known(_ term: Term) -> Facts {
    if term.index >= 0 { return facts[Int(term.index)] }
    return Facts(
      low: term.bits, high: term.bits,
      trailingZeros: term.bits == 0 ? term.width : term.bits.trailingZeroBitCount, isExact: true)
  }

  func insert(_ node: Node, width: Int, facts known: @autoclosure () -> Facts) -> Term {
    let key = Key(width: width, node: node)
    if let index = indices[key] { return Term(width: width, node: index) }
    let index = Int32(nodes.count)
    nodes.append(node)
    facts.append(known())
    widths.append(width)
    indices[key] = index
    return Term(width: width, node: index)
  }

  func anything(width: Int, trailingZeros: Int = 0) -> Facts {
    Facts(low: 0, high: Term.mask(width), trailingZeros: trailingZeros, isExact: true)
  }

  // MARK: Choice

  /// `condition ? a : b`.
  public func choose(_ condition: Term, _ a: Term, _ b: Term) -> Term {
    if let value = condition.constant { return value == 1 ? a : b }
    if a == b { return a }
    if a.width == 1, let left = a.constant, let right = b.constant, left != right {
      return left == 1 ? condition : not(condition)
    }
    if a.width == 1 {
      if a.isTrue { return or(condition, b) }
      if a.isFalse { return and(not(condition), b) }
      if b.isTrue { return or(not(condition), a) }
      if b.isFalse { return and(condition, a) }
    }
    if let inner = negated(condition) { return choose(inner, b, a) }
    if let multiple = chosenMultiple(condition, a, b) { return multiple }
    let left = known(a)
    let right = known(b)
    return insert(
      .choose(condition, a, b), width: a.width,
      facts: Facts(
        low: min(left.low, right.low), high: max(left.high, right.high),
        trailingZeros: min(left.trailingZeros, right.trailingZeros), isExact: true))
  }

  /// A choice between two multiples of a page's size, which are not constant, as a multiple of a
  /// choice: what counts in bytes and what counts in pages then has one form.
  private func chosenMultiple(_ condition: Term, _ a: Term, _ b: Term) -> Term? {
    let zeros = min(known(a).trailingZeros, known(b).trailingZeros)
    guard zeros >= 12, zeros < a.width, a.constant == nil, b.constant == nil else { return nil }
    let bits = Term(UInt64(zeros), width: a.width)
    return shl(choose(condition, lshr(a, bits), lshr(b, bits)), bits)
  }

  /// The x of a `not x`.
  func negated(_ term: Term) -> Term? {
    guard term.width == 1, case .binary(.xor, let x, let one)? = node(term), one.isTrue else {
      return nil
    }
    return x
  }
}

/// Which symbols a term depends on.
extension TermPool {
  /// The symbols that occur in a term. Takes time linear in the nodes not asked for before.
  func symbols(of term: Term) -> Set<Int32> {
    guard term.index >= 0 else { return [] }
    if let known = symbolSets[term.index] { return known }
    var result: Set<Int32> = []
    if case .symbol = nodes[Int(term.index)] { result = [term.index] }
    for operand in operands(of: nodes[Int(term.index)]) { result.formUnion(symbols(of: operand)) }
    symbolSets[term.index] = result
    return result
  }

  /// The symbols that occur in a term.
  public func symbols(in term: Term) -> [Term] {
    symbols(of: term).map(term(at:))
  }

  /// The nodes that some terms are made of, themselves included, each once.
  func below(_ terms: [Term]) -> [Int32] {
    var isSeen: Set<Int32> = []
    var result: [Int32] = []
    var agenda = terms.map(\.index)
    while let index = agenda.popLast() {
      guard index >= 0, isSeen.insert(index).inserted else { continue }
      result.append(index)
      agenda += operands(of: nodes[Int(index)]).map(\.index)
    }
    return result.sorted()
  }

  private func operands(of node: Node) -> [Term] {
    switch node {
    case .symbol: []
    case .sum(_, let monomials): monomials.map(\.term)
    case .binary(_, let a, let b), .concat(let a, let b): [a, b]
    case .choose(let condition, let a, let b): [condition, a, b]
    case .extract(let a, _), .zeroExtend(let a), .signExtend(let a): [a]
    }
  }
}

/// What a reader of addresses asks.
extension TermPool {
  /// Condition and both sides of a term that is a choice.
  public func alternatives(of term: Term) -> (condition: Term, yes: Term, no: Term)? {
    guard case .choose(let condition, let a, let b)? = node(term) else { return nil }
    return (condition, a, b)
  }

  /// The constant summand of a sum; 0 for a term that has none.
  public func constantPart(of term: Term) -> UInt64 { sum(term).constant }
}
