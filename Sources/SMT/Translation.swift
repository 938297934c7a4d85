// SPDX-License-Identifier: Apache-2.0

import CZ3

/// Turns terms of one pool into Z3's expressions, each node once.
struct Translation {
  private let context: Z3Context
  private let pool: TermPool
  private var vectors: [Int32: Z3_ast] = [:]
  private var truths: [Int32: Z3_ast] = [:]
  /// The Z3 constants of symbols, with the bits that they have.
  private(set) var constants: [String: (ast: Z3_ast, bits: Int)] = [:]
  /// What the symbols' ranges say beyond their bits, in the order of their first use.
  private(set) var ranges: [Z3_ast] = []

  init(context: Z3Context, pool: TermPool) {
    self.context = context
    self.pool = pool
  }

  // MARK: Truth values

  /// A term of width 1 as a Boolean.
  mutating func truth(_ term: Term) throws(SolverError) -> Z3_ast {
    if let value = term.constant {
      return try make(value == 1 ? Z3_mk_true(context.handle) : Z3_mk_false(context.handle))
    }
    if let known = truths[term.index] { return known }
    let ast = try makeTruth(term)
    truths[term.index] = ast
    return ast
  }

  private mutating func makeTruth(_ term: Term) throws(SolverError) -> Z3_ast {
    let z3 = context.handle
    guard let node = pool.node(term) else { throw SolverError(message: "no such term") }
    switch node {
    case .binary(.equal, let a, let b) where a.width > 1:
      return try make(Z3_mk_eq(z3, vector(a), vector(b)))
    case .binary(.equal, let a, let b):
      return try make(Z3_mk_iff(z3, truth(a), truth(b)))
    case .binary(.less, let a, let b): return try make(Z3_mk_bvult(z3, vector(a), vector(b)))
    case .binary(.lessSigned, let a, let b):
      return try make(Z3_mk_bvslt(z3, vector(a), vector(b)))
    case .binary(.and, let a, let b):
      return try list(truth(a), truth(b)) { Z3_mk_and(z3, 2, $0) }
    case .binary(.or, let a, let b):
      return try list(truth(a), truth(b)) { Z3_mk_or(z3, 2, $0) }
    case .binary(.xor, let a, let b) where b.isTrue: return try make(Z3_mk_not(z3, truth(a)))
    case .binary(.xor, let a, let b): return try make(Z3_mk_xor(z3, truth(a), truth(b)))
    case .choose(let condition, let a, let b):
      return try make(Z3_mk_ite(z3, truth(condition), truth(a), truth(b)))
    default:
      return try make(Z3_mk_eq(z3, makeVector(term), number(1, width: 1)))
    }
  }

  private func list(
    _ a: Z3_ast, _ b: Z3_ast, _ body: (UnsafePointer<Z3_ast?>) -> Z3_ast?
  ) throws(SolverError) -> Z3_ast {
    let pair: [Z3_ast?] = [a, b]
    let ast = pair.withUnsafeBufferPointer { buffer in buffer.baseAddress.flatMap { body($0) } }
    return try make(ast)
  }

  // MARK: Bit-vectors

  /// A term as a bit-vector.
  mutating func vector(_ term: Term) throws(SolverError) -> Z3_ast {
    if let value = term.constant { return try number(value, width: term.width) }
    if let known = vectors[term.index] { return known }
    let ast = term.width == 1 ? try bit(term) : try makeVector(term)
    vectors[term.index] = ast
    return ast
  }

  private mutating func bit(_ term: Term) throws(SolverError) -> Z3_ast {
    if case .symbol? = pool.node(term) { return try makeVector(term) }
    let one = try number(1, width: 1)
    let zero = try number(0, width: 1)
    return try make(Z3_mk_ite(context.handle, truth(term), one, zero))
  }

  private func number(_ value: UInt64, width: Int) throws(SolverError) -> Z3_ast {
    let sort = try context.checked(Z3_mk_bv_sort(context.handle, UInt32(width)))
    return try make(Z3_mk_unsigned_int64(context.handle, value, sort))
  }

  private mutating func makeVector(_ term: Term) throws(SolverError) -> Z3_ast {
    let z3 = context.handle
    guard let node = pool.node(term) else { throw SolverError(message: "no such term") }
    switch node {
    case .symbol(let name): return try symbol(name, term)
    case .sum(let constant, let monomials): return try sum(constant, monomials, term.width)
    case .binary(let op, let a, let b): return try binary(op, a, b)
    case .choose(let condition, let a, let b):
      return try make(Z3_mk_ite(z3, truth(condition), vector(a), vector(b)))
    case .extract(let a, let low):
      return try make(
        Z3_mk_extract(z3, UInt32(low + term.width - 1), UInt32(low), vector(a)))
    case .zeroExtend(let a):
      return try make(Z3_mk_zero_ext(z3, UInt32(term.width - a.width), vector(a)))
    case .signExtend(let a):
      return try make(Z3_mk_sign_ext(z3, UInt32(term.width - a.width), vector(a)))
    case .concat(let upper, let lower):
      return try make(Z3_mk_concat(z3, vector(upper), vector(lower)))
    }
  }

  /// A symbol has as many bits as its range needs, zeros in front of them.
  private mutating func symbol(_ name: String, _ term: Term) throws(SolverError) -> Z3_ast {
    let z3 = context.handle
    let range = pool.range(of: term)
    let bits = max(1, 64 - range.upperBound.leadingZeroBitCount)
    let sort = try context.checked(Z3_mk_bv_sort(z3, UInt32(bits)))
    let constant = try make(Z3_mk_const(z3, Z3_mk_string_symbol(z3, name), sort))
    constants[name] = (constant, bits)
    if range.lowerBound > 0 {
      ranges.append(
        try make(Z3_mk_bvuge(z3, constant, number(range.lowerBound, width: bits))))
    }
    if range.upperBound < Term.mask(bits) {
      ranges.append(
        try make(Z3_mk_bvule(z3, constant, number(range.upperBound, width: bits))))
    }
    return bits == term.width
      ? constant : try make(Z3_mk_zero_ext(z3, UInt32(term.width - bits), constant))
  }

  private mutating func sum(
    _ constant: UInt64, _ monomials: [Monomial], _ width: Int
  ) throws(SolverError) -> Z3_ast {
    let z3 = context.handle
    var result: Z3_ast?
    if constant != 0 { result = try number(constant, width: width) }
    let half = UInt64(1) << UInt64(width - 1)
    // Positive summands first, so that no sum begins with a negation.
    for monomial in monomials where monomial.coefficient < half {
      let product = try self.product(monomial.term, monomial.coefficient, width)
      if let sum = result {
        result = try make(Z3_mk_bvadd(z3, sum, product))
      } else {
        result = product
      }
    }
    for monomial in monomials where monomial.coefficient >= half {
      let factor = (0 &- monomial.coefficient) & Term.mask(width)
      let product = try self.product(monomial.term, factor, width)
      if let sum = result {
        result = try make(Z3_mk_bvsub(z3, sum, product))
      } else {
        result = try make(Z3_mk_bvneg(z3, product))
      }
    }
    return try context.checked(result)
  }

  private mutating func product(
    _ term: Term, _ factor: UInt64, _ width: Int
  ) throws(SolverError) -> Z3_ast {
    let z3 = context.handle
    let ast = try vector(term)
    if factor == 1 { return ast }
    if factor.nonzeroBitCount == 1 {
      let shift = try number(UInt64(factor.trailingZeroBitCount), width: width)
      return try make(Z3_mk_bvshl(z3, ast, shift))
    }
    return try make(Z3_mk_bvmul(z3, number(factor, width: width), ast))
  }

  private mutating func binary(
    _ op: Operator, _ a: Term, _ b: Term
  ) throws(SolverError) -> Z3_ast {
    let z3 = context.handle
    let x = try vector(a)
    let y = try vector(b)
    switch op {
    case .mul: return try make(Z3_mk_bvmul(z3, x, y))
    case .udiv: return try make(Z3_mk_bvudiv(z3, x, y))
    case .urem: return try make(Z3_mk_bvurem(z3, x, y))
    case .sdiv: return try make(Z3_mk_bvsdiv(z3, x, y))
    case .srem: return try make(Z3_mk_bvsrem(z3, x, y))
    case .and: return try make(Z3_mk_bvand(z3, x, y))
    case .or: return try make(Z3_mk_bvor(z3, x, y))
    case .xor: return try make(Z3_mk_bvxor(z3, x, y))
    case .shl: return try make(Z3_mk_bvshl(z3, x, y))
    case .lshr: return try make(Z3_mk_bvlshr(z3, x, y))
    case .ashr: return try make(Z3_mk_bvashr(z3, x, y))
    case .equal, .less, .lessSigned:
      throw SolverError(message: "a comparison of more than one bit")
    }
  }

  private func make(_ ast: Z3_ast?) throws(SolverError) -> Z3_ast {
    try context.expression(ast)
  }
}
