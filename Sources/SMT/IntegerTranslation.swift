// SPDX-License-Identifier: Apache-2.0

import CZ3

/// Turns terms into expressions over the integers.
///
/// Sums, shifts and masks by constants are exact: what wraps is taken modulo its width. What is not
/// linear is left out of account: an integer of the term's range, or a truth value, about which
/// nothing more is said. So every run of the terms is one of the expressions: where these
/// cannot hold, the terms cannot. The converse does not follow.
struct IntegerTranslation {
  private struct Quotient: Hashable {
    var index: Int32
    var bits: UInt64
  }

  private let context: Z3Context
  private let pool: TermPool
  private let integers: Z3_sort
  private let booleans: Z3_sort
  private var values: [Int32: Z3_ast] = [:]
  private var truths: [Int32: Z3_ast] = [:]
  private var quotients: [Quotient: Z3_ast] = [:]
  private var fresh = 0
  /// The integers of symbols, by the symbol.
  private var symbols: [Int32: (name: String, ast: Z3_ast)] = [:]
  /// What defines the integers that were introduced on the way, ranges included, by the term that
  /// needs them.
  private var definitions: [Int32: [Z3_ast]] = [:]

  init(context: Z3Context, pool: TermPool) throws(SolverError) {
    self.context = context
    self.pool = pool
    integers = try context.checked(Z3_mk_int_sort(context.handle))
    booleans = try context.checked(Z3_mk_bool_sort(context.handle))
  }

  /// The definitions that a term needs; there may be more of them later.
  func definitions(of term: Int32) -> [Z3_ast] { definitions[term] ?? [] }

  /// The symbols among some terms.
  func symbols(of terms: [Int32]) -> [(name: String, ast: Z3_ast)] {
    terms.compactMap { symbols[$0] }
  }

  private mutating func define(_ ast: Z3_ast, for term: Term) {
    definitions[term.index, default: []].append(ast)
  }

  // MARK: Truth values

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
    case .symbol: return try make(Z3_mk_eq(z3, symbol(term), number(1)))
    case .binary(.equal, let a, let b) where a.width > 1:
      return try make(Z3_mk_eq(z3, value(a), value(b)))
    case .binary(.less, let a, let b): return try make(Z3_mk_lt(z3, value(a), value(b)))
    case .binary(.lessSigned, let a, let b):
      return try make(Z3_mk_lt(z3, signedValue(a), signedValue(b)))
    case .binary(.equal, let a, let b): return try make(Z3_mk_iff(z3, truth(a), truth(b)))
    case .binary(.and, let a, let b): return try pair(truth(a), truth(b)) { Z3_mk_and(z3, 2, $0) }
    case .binary(.or, let a, let b): return try pair(truth(a), truth(b)) { Z3_mk_or(z3, 2, $0) }
    case .binary(.xor, let a, let b) where b.isTrue: return try make(Z3_mk_not(z3, truth(a)))
    case .choose(let condition, let a, let b):
      return try make(Z3_mk_ite(z3, truth(condition), truth(a), truth(b)))
    default: return try make(Z3_mk_const(z3, name(), booleans))
    }
  }

  private func pair(
    _ a: Z3_ast, _ b: Z3_ast, _ body: (UnsafePointer<Z3_ast?>) -> Z3_ast?
  ) throws(SolverError) -> Z3_ast {
    let list: [Z3_ast?] = [a, b]
    return try make(list.withUnsafeBufferPointer { $0.baseAddress.flatMap { body($0) } })
  }

  // MARK: Integers

  private mutating func value(_ term: Term) throws(SolverError) -> Z3_ast {
    if let value = term.constant { return try number(Int128(value)) }
    if let known = values[term.index] { return known }
    let ast = try makeValue(term)
    values[term.index] = ast
    return ast
  }

  private mutating func makeValue(_ term: Term) throws(SolverError) -> Z3_ast {
    guard let node = pool.node(term) else { throw SolverError(message: "no such term") }
    switch node {
    case .symbol: return try symbol(term)
    case .zeroExtend(let a): return try value(a)
    case .extract(let a, let low): return try extract(a, low: low, width: term.width)
    case .concat(let upper, let lower):
      return try plus(scaled(value(upper), bits: UInt64(lower.width)), value(lower))
    case .signExtend(let a):
      let sign = (Int128(1) << Int128(term.width)) - (Int128(1) << Int128(a.width))
      return try make(
        Z3_mk_ite(context.handle, isNegative(a), plus(value(a), number(sign)), value(a)))
    case .sum(let constant, let monomials): return try sum(constant, monomials, term)
    case .choose(let condition, let a, let b) where term.width > 1:
      return try make(Z3_mk_ite(context.handle, truth(condition), value(a), value(b)))
    case .binary(.lshr, let a, let b):
      if let bits = b.constant, bits < 64 { return try quotient(a, bits: bits) }
      if let parts = try division(a, bits: b, of: term) { return parts.quotient }
    case .binary(.and, let a, let b):
      // Constants stand first.
      if let mask = a.constant { return try masked(b, by: mask) }
      if let rest = try remainder(a, b, of: term) { return rest }
      if let rest = try remainder(b, a, of: term) { return rest }
    case .binary(.or, let a, let b):
      if let mask = a.constant {
        return try minus(plus(value(b), number(Int128(mask))), masked(b, by: mask))
      }
    case .binary(.xor, let a, let b) where term.width > 1:
      // Here constants stand last.
      if let mask = b.constant {
        let changed = try scaled(masked(a, by: mask), bits: 1)
        return try minus(plus(value(a), number(Int128(mask))), changed)
      }
    case .binary(.shl, let a, let b) where a.constant == 1:
      if let power = try power(b, width: term.width) { return power }
    default: break
    }
    if term.width == 1 {
      return try make(Z3_mk_ite(context.handle, truth(term), number(1), number(0)))
    }
    return try anything(pool.known(term).low, pool.known(term).high, for: term)
  }

  private mutating func symbol(_ term: Term) throws(SolverError) -> Z3_ast {
    if let known = values[term.index] { return known }
    let range = pool.range(of: term)
    let ast = try anything(range.lowerBound, range.upperBound, for: term)
    values[term.index] = ast
    symbols[term.index] = (pool.name(of: term) ?? "", ast)
    return ast
  }

  /// An integer of a range, that a term needs.
  private mutating func anything(
    _ low: UInt64, _ high: UInt64, for term: Term
  ) throws(SolverError) -> Z3_ast {
    let z3 = context.handle
    let ast = try make(Z3_mk_const(z3, name(), integers))
    define(try make(Z3_mk_le(z3, number(Int128(low)), ast)), for: term)
    define(try make(Z3_mk_le(z3, ast, number(Int128(high)))), for: term)
    return ast
  }

  /// A sum; one that may wrap is the sum less a multiple of 2^width.
  private mutating func sum(
    _ constant: UInt64, _ monomials: [Monomial], _ term: Term
  ) throws(SolverError) -> Z3_ast {
    let z3 = context.handle
    let width = term.width
    let whole = TermPool.Sum(constant: constant, monomials: monomials)
    var parts: [Z3_ast?] = [try number(pool.exactConstant(whole, width: width))]
    for monomial in monomials {
      let coefficient = try number(pool.signed(monomial.coefficient, width: width))
      let factors: [Z3_ast?] = [coefficient, try value(monomial.term)]
      parts.append(
        try make(factors.withUnsafeBufferPointer { Z3_mk_mul(z3, 2, $0.baseAddress) }))
    }
    let sum = try make(
      parts.withUnsafeBufferPointer { Z3_mk_add(z3, UInt32($0.count), $0.baseAddress) })
    if pool.known(term).isExact { return sum }
    let turns = try make(Z3_mk_const(z3, name(), integers))
    let rest = try minus(sum, scaled(turns, bits: UInt64(width)))
    try define(rest, isBelow: UInt64(width), for: term)
    return rest
  }

  /// 0 ≤ a < 2^bits.
  private mutating func define(
    _ a: Z3_ast, isBelow bits: UInt64, for term: Term
  ) throws(SolverError) {
    let z3 = context.handle
    define(try make(Z3_mk_le(z3, number(0), a)), for: term)
    define(try make(Z3_mk_lt(z3, a, number(Int128(1) << Int128(bits)))), for: term)
  }

  /// (a / 2^low) mod 2^width.
  private mutating func extract(
    _ a: Term, low: Int, width: Int
  ) throws(SolverError) -> Z3_ast {
    let known = pool.known(a)
    let upper = low == 0 ? try value(a) : try quotient(a, bits: UInt64(low))
    if known.high >> UInt64(low) <= Term.mask(width) { return upper }
    return try minus(
      upper, scaled(quotient(a, bits: UInt64(low + width)), bits: UInt64(width)))
  }

  private mutating func isNegative(_ a: Term) throws(SolverError) -> Z3_ast {
    let half = try number(Int128(1) << Int128(a.width - 1))
    return try make(Z3_mk_ge(context.handle, value(a), half))
  }

  private mutating func signedValue(_ a: Term) throws(SolverError) -> Z3_ast {
    let turn = try number(Int128(1) << Int128(a.width))
    return try make(
      Z3_mk_ite(context.handle, isNegative(a), minus(value(a), turn), value(a)))
  }

  /// a / 2^bits: the q with 0 ≤ a - q · 2^bits < 2^bits.
  private mutating func quotient(_ a: Term, bits: UInt64) throws(SolverError) -> Z3_ast {
    let key = Quotient(index: a.index, bits: bits)
    if let known = quotients[key] { return known }
    let known = pool.known(a)
    let quotient = try anything(known.low >> bits, known.high >> bits, for: a)
    let rest = try minus(value(a), scaled(quotient, bits: bits))
    try define(rest, isBelow: bits, for: a)
    quotients[key] = quotient
    return quotient
  }

  /// a & mask: the sum of what each run of ones in the mask leaves.
  private mutating func masked(_ a: Term, by mask: UInt64) throws(SolverError) -> Z3_ast {
    var rest = mask
    var result: Z3_ast?
    while rest != 0 {
      let low = UInt64(rest.trailingZeroBitCount)
      let high = low + UInt64((rest >> low).trailingOnes)
      let part = try run(a, from: low, to: high)
      if let sum = result { result = try plus(sum, part) } else { result = part }
      rest &= ~Term.mask(Int(high))
    }
    if let result { return result }
    return try number(0)
  }

  /// The bits of a from `low` up to `high`, in their place: (a mod 2^high) - (a mod 2^low).
  private mutating func run(
    _ a: Term, from low: UInt64, to high: UInt64
  ) throws(SolverError) -> Z3_ast {
    let whole = low == 0 ? try value(a) : try scaled(quotient(a, bits: low), bits: low)
    if pool.known(a).high <= Term.mask(Int(high)) { return whole }
    return try minus(whole, scaled(quotient(a, bits: high), bits: high))
  }

  /// a & ((1 << n) - 1): the m with a = q · 2^n + m and 0 ≤ m < 2^n, case by case of n.
  private mutating func remainder(
    _ a: Term, _ b: Term, of term: Term
  ) throws(SolverError) -> Z3_ast? {
    let mask = pool.sum(b)
    guard mask.constant == Term.mask(b.width), mask.monomials.count == 1,
      mask.monomials[0].coefficient == 1,
      case .binary(.shl, let one, let bits)? = pool.node(mask.monomials[0].term),
      one.constant == 1
    else { return nil }
    return try division(a, bits: bits, of: term)?.rest
  }

  /// The q and m with a = q · 2^n + m and 0 ≤ m < 2^n, case by case of n.
  private mutating func division(
    _ a: Term, bits: Term, of term: Term
  ) throws(SolverError) -> (quotient: Z3_ast, rest: Z3_ast)? {
    guard let power = try power(bits, width: a.width) else { return nil }
    let z3 = context.handle
    let quotient = try anything(0, pool.known(a).high, for: term)
    let range = pool.known(bits)
    let exponent = try value(bits)
    var multiple = try scaled(quotient, bits: range.high)
    for bits in (range.low..<range.high).reversed() {
      let isThis = try make(Z3_mk_eq(z3, exponent, number(Int128(bits))))
      multiple = try make(Z3_mk_ite(z3, isThis, scaled(quotient, bits: bits), multiple))
    }
    let rest = try minus(value(a), multiple)
    define(try make(Z3_mk_le(z3, number(0), rest)), for: term)
    define(try make(Z3_mk_lt(z3, rest, power)), for: term)
    return (quotient, rest)
  }

  /// 1 << b, case by case.
  private mutating func power(_ b: Term, width: Int) throws(SolverError) -> Z3_ast? {
    let z3 = context.handle
    let range = pool.known(b)
    guard range.high < UInt64(width), range.high - range.low < 64 else { return nil }
    let exponent = try value(b)
    var result = try number(Int128(1) << Int128(range.high))
    for bits in (range.low..<range.high).reversed() {
      let isThis = try make(Z3_mk_eq(z3, exponent, number(Int128(bits))))
      result = try make(Z3_mk_ite(z3, isThis, number(Int128(1) << Int128(bits)), result))
    }
    return result
  }

  // MARK: Making

  private func scaled(_ a: Z3_ast, bits: UInt64) throws(SolverError) -> Z3_ast {
    let factors: [Z3_ast?] = [try number(Int128(1) << Int128(bits)), a]
    return try make(
      factors.withUnsafeBufferPointer { Z3_mk_mul(context.handle, 2, $0.baseAddress) })
  }

  private func plus(_ a: Z3_ast, _ b: Z3_ast) throws(SolverError) -> Z3_ast {
    let operands: [Z3_ast?] = [a, b]
    return try make(
      operands.withUnsafeBufferPointer { Z3_mk_add(context.handle, 2, $0.baseAddress) })
  }

  private func minus(_ a: Z3_ast, _ b: Z3_ast) throws(SolverError) -> Z3_ast {
    let operands: [Z3_ast?] = [a, b]
    return try make(
      operands.withUnsafeBufferPointer { Z3_mk_sub(context.handle, 2, $0.baseAddress) })
  }

  private func number(_ value: Int128) throws(SolverError) -> Z3_ast {
    try make(Z3_mk_numeral(context.handle, String(value), integers))
  }

  private mutating func name() -> Z3_symbol? {
    fresh += 1
    return Z3_mk_int_symbol(context.handle, Int32(fresh))
  }

  private func make(_ ast: Z3_ast?) throws(SolverError) -> Z3_ast { try context.expression(ast) }
}
