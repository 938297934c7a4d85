// SPDX-License-Identifier: Apache-2.0

/// Prints terms of one pool as SMT-LIB 2 over bit-vectors (QF_BV). It shares nothing with the
/// translation for Z3, so that a mistake in either shows where a text is checked by itself.
///
/// A node is printed once, as a definition before its first use.
public struct SMTLIBPrinter {
  private let pool: TermPool
  private var printed: Set<Int32> = []

  /// Makes a printer that has printed nothing.
  public init(pool: TermPool) { self.pool = pool }

  /// The commands that have to stand before an assertion of these facts: what was not printed
  /// before of their symbols, the symbols' ranges, and their definitions.
  public mutating func preparation(for facts: [Term]) -> [String] {
    var lines: [String] = []
    // A node comes after its operands in the pool.
    for index in pool.below(facts) where printed.insert(index).inserted {
      lines += commands(for: pool.term(at: index))
    }
    return lines
  }

  /// The assertion of a fact, of width 1.
  public func assertion(of fact: Term) -> String { "(assert \(truth(fact)))" }

  private func commands(for term: Term) -> [String] {
    let sort = term.width == 1 ? "Bool" : "(_ BitVec \(term.width))"
    guard pool.name(of: term) == nil else {
      return ["(declare-const \(name(term)) \(sort))"] + ranges(term)
    }
    let body = term.width == 1 ? truthBody(term) : vectorBody(term)
    return ["(define-fun \(name(term)) () \(sort) \(body))"]
  }

  private func ranges(_ symbol: Term) -> [String] {
    let range = pool.range(of: symbol)
    if symbol.width == 1 { return [] }
    var lines: [String] = []
    if range.lowerBound > 0 {
      lines.append("(assert (bvule \(number(range.lowerBound, symbol.width)) \(name(symbol))))")
    }
    if range.upperBound < Term.mask(symbol.width) {
      lines.append("(assert (bvule \(name(symbol)) \(number(range.upperBound, symbol.width))))")
    }
    return lines
  }

  // MARK: Terms

  private func name(_ term: Term) -> String {
    guard let name = pool.name(of: term) else { return "%\(term.index)" }
    // No definition begins like this.
    let isPlain = name.unicodeScalars.allSatisfy(Self.isPlain)
    let scalars = name.unicodeScalars.filter(Self.isPlain)
    let text = isPlain ? name : "\(String(String.UnicodeScalarView(scalars))) \(term.index)"
    return isPlain && !text.hasPrefix("%") ? "|\(text)|" : "|symbol \(text)|"
  }

  /// What a quoted symbol may have, of ASCII: other names of one text may differ in their bytes.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    (0x20...0x7e).contains(scalar.value) && scalar != "|" && scalar != "\\"
  }

  private func truth(_ term: Term) -> String {
    if let value = term.constant { return value == 1 ? "true" : "false" }
    return name(term)
  }

  private func vector(_ term: Term) -> String {
    if let value = term.constant { return number(value, term.width) }
    return term.width == 1 ? "(ite \(name(term)) #b1 #b0)" : name(term)
  }

  private func number(_ value: UInt64, _ width: Int) -> String {
    if width == 1 { return value == 1 ? "#b1" : "#b0" }
    if !width.isMultiple(of: 4) { return "(_ bv\(value) \(width))" }
    let digits = String(value, radix: 16)
    return "#x" + String(repeating: "0", count: max(0, width / 4 - digits.count)) + digits
  }

  private func truthBody(_ term: Term) -> String {
    switch pool.node(term) {
    case .binary(.equal, let a, let b)? where a.width == 1: "(= \(truth(a)) \(truth(b)))"
    case .binary(.equal, let a, let b)?: "(= \(vector(a)) \(vector(b)))"
    case .binary(.less, let a, let b)?: "(bvult \(vector(a)) \(vector(b)))"
    case .binary(.lessSigned, let a, let b)?: "(bvslt \(vector(a)) \(vector(b)))"
    case .binary(.and, let a, let b)?: "(and \(truth(a)) \(truth(b)))"
    case .binary(.or, let a, let b)?: "(or \(truth(a)) \(truth(b)))"
    case .binary(.xor, let a, let b)?: "(xor \(truth(a)) \(truth(b)))"
    case .choose(let condition, let a, let b)?:
      "(ite \(truth(condition)) \(truth(a)) \(truth(b)))"
    default: "(= #b1 \(vectorBody(term)))"
    }
  }

  private func vectorBody(_ term: Term) -> String {
    switch pool.node(term) {
    case .sum(let constant, let monomials)?: return sum(constant, monomials, term.width)
    case .binary(let op, let a, let b)?: return "(\(op.smtlib) \(vector(a)) \(vector(b)))"
    case .choose(let condition, let a, let b)?:
      return "(ite \(truth(condition)) \(vector(a)) \(vector(b)))"
    case .extract(let a, let low)?:
      return "((_ extract \(low + term.width - 1) \(low)) \(vector(a)))"
    case .zeroExtend(let a)?: return "((_ zero_extend \(term.width - a.width)) \(vector(a)))"
    case .signExtend(let a)?: return "((_ sign_extend \(term.width - a.width)) \(vector(a)))"
    case .concat(let upper, let lower)?: return "(concat \(vector(upper)) \(vector(lower)))"
    case .symbol?, nil: return vector(term)
    }
  }

  /// Modulo 2^width, so that a coefficient needs no sign; but small ones are easier to read, and to
  /// multiply by.
  private func sum(_ constant: UInt64, _ monomials: [Monomial], _ width: Int) -> String {
    var summands = monomials.map { monomial in
      let negated = (0 &- monomial.coefficient) & Term.mask(width)
      let factor = min(monomial.coefficient, negated)
      let isNegative = factor != monomial.coefficient
      let term = vector(monomial.term)
      let product = factor == 1 ? term : "(bvmul \(number(factor, width)) \(term))"
      return isNegative ? "(bvneg \(product))" : product
    }
    if constant != 0 { summands.append(number(constant, width)) }
    return summands.dropFirst().reduce(summands.first ?? number(0, width)) { "(bvadd \($0) \($1))" }
  }
}

extension Operator {
  /// The name of the function on bit-vectors that it is.
  fileprivate var smtlib: String {
    switch self {
    case .mul: "bvmul"
    case .udiv: "bvudiv"
    case .urem: "bvurem"
    case .sdiv: "bvsdiv"
    case .srem: "bvsrem"
    case .and: "bvand"
    case .or: "bvor"
    case .xor: "bvxor"
    case .shl: "bvshl"
    case .lshr: "bvlshr"
    case .ashr: "bvashr"
    case .equal: "bvcomp"
    case .less: "bvult"
    case .lessSigned: "bvslt"
    }
  }
}
