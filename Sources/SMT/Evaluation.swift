// SPDX-License-Identifier: Apache-2.0

/// Values for a pool's symbols; a symbol without one has the least value of its range.
public struct Assignment: Sendable, Equatable {
  /// By the symbol's name.
  public var values: [String: UInt64]

  /// Makes an assignment.
  public init(values: [String: UInt64] = [:]) { self.values = values }

  /// The same, but for the other's values.
  func merging(_ other: Assignment) -> Assignment {
    Assignment(values: values.merging(other.values) { $1 })
  }
}

/// Evaluates terms of one pool under one assignment, each node once.
public struct Evaluator {
  private let pool: TermPool
  private let assignment: Assignment
  private var known: [Int32: UInt64] = [:]

  /// Makes an evaluator.
  public init(pool: TermPool, assignment: Assignment) {
    self.pool = pool
    self.assignment = assignment
  }

  /// The term's value, zero-extended to 64 bits. Takes time linear in the nodes not seen before.
  public mutating func value(of term: Term) -> UInt64 {
    if let constant = term.constant { return constant }
    if let value = known[term.index] { return value }
    let value = compute(term) & Term.mask(term.width)
    known[term.index] = value
    return value
  }

  /// Whether a truth value is true.
  public mutating func isTrue(_ term: Term) -> Bool { value(of: term) == 1 }

  private mutating func compute(_ term: Term) -> UInt64 {
    switch pool.nodes[Int(term.index)] {
    case .symbol(let name):
      return assignment.values[name] ?? pool.known(term).low
    case .sum(let constant, let monomials):
      return monomials.reduce(constant) { $0 &+ $1.coefficient &* value(of: $1.term) }
    case .binary(let op, let a, let b):
      // Constants fold, so the pool's own arithmetic is the one definition.
      let x = Term(value(of: a), width: a.width)
      let y = Term(value(of: b), width: b.width)
      return pool.apply(op, x, y).constant ?? 0
    case .choose(let condition, let a, let b):
      return value(of: condition) == 1 ? value(of: a) : value(of: b)
    case .extract(let a, let low):
      return value(of: a) >> UInt64(low)
    case .zeroExtend(let a):
      return value(of: a)
    case .signExtend(let a):
      return pool.signExtend(Term(value(of: a), width: a.width), to: term.width).constant ?? 0
    case .concat(let upper, let lower):
      return value(of: upper) << UInt64(lower.width) | value(of: lower)
    }
  }
}

extension TermPool {
  /// The term that an operator makes of two operands; of two constants, a constant.
  func apply(_ op: Operator, _ a: Term, _ b: Term) -> Term {
    switch op {
    case .mul: mul(a, b)
    case .udiv: udiv(a, b)
    case .urem: urem(a, b)
    case .sdiv: sdiv(a, b)
    case .srem: srem(a, b)
    case .and: and(a, b)
    case .or: or(a, b)
    case .xor: xor(a, b)
    case .shl: shl(a, b)
    case .lshr: lshr(a, b)
    case .ashr: ashr(a, b)
    case .equal: equal(a, b)
    case .less: less(a, b)
    case .lessSigned: lessSigned(a, b)
    }
  }
}
