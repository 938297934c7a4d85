// SPDX-License-Identifier: Apache-2.0

/// Comparisons; their result is a truth value.
extension TermPool {
  /// a = b.
  public func equal(_ a: Term, _ b: Term) -> Term {
    if a == b { return .yes }
    if let x = a.constant, let y = b.constant { return Term(x == y ? 1 : 0, width: 1) }
    if a.width == 1 {
      if let value = b.constant { return value == 1 ? a : not(a) }
      if let value = a.constant { return value == 1 ? b : not(b) }
    }
    let left = known(a)
    let right = known(b)
    if left.high < right.low || right.high < left.low { return .no }
    if a.constant != nil { return equal(b, a) }
    if let value = b.constant, let simpler = equal(a, to: value) { return simpler }
    if case .zeroExtend(let x)? = node(a), case .zeroExtend(let y)? = node(b), x.width == y.width {
      return equal(x, y)
    }
    return a.width == 1 ? insertTruth(.equal, a, b) : equalSums(a, b)
  }

  /// a = value, for the nodes that say more.
  private func equal(_ a: Term, to value: UInt64) -> Term? {
    switch node(a) {
    case .zeroExtend(let inner)?:
      return value > Term.mask(inner.width) ? .no : equal(inner, Term(value, width: inner.width))
    case .choose(let condition, let x, let y)? where x.constant != nil || y.constant != nil:
      let constant = Term(value, width: a.width)
      return choose(condition, equal(x, constant), equal(y, constant))
    default: return nil
    }
  }

  /// Equality of sums: common summands cancel, whatever wraps.
  private func equalSums(_ a: Term, _ b: Term) -> Term {
    let width = a.width
    let difference = combine(sum(a), sum(b), times: .max, width: width)
    if difference.monomials.isEmpty { return Term(difference.constant == 0 ? 1 : 0, width: 1) }
    let half = UInt64(1) << UInt64(width - 1)
    let mask = Term.mask(width)
    var left = Sum()
    var right = Sum()
    for monomial in difference.monomials {
      if monomial.coefficient < half {
        left.monomials.append(monomial)
      } else {
        right.monomials.append(
          Monomial(coefficient: (0 &- monomial.coefficient) & mask, term: monomial.term))
      }
    }
    if difference.constant < half {
      left.constant = difference.constant
    } else {
      right.constant = (0 &- difference.constant) & mask
    }
    if left.monomials.isEmpty { swap(&left, &right) }
    var x = term(of: left, width: width)
    var y = term(of: right, width: width)
    let zeros = UInt64(min(known(x).trailingZeros, known(y).trailingZeros, width - 1))
    if zeros > 0, known(x).isExact, known(y).isExact {
      let amount = Term(zeros, width: width)
      x = lshr(x, amount)
      y = lshr(y, amount)
    }
    if let p = x.constant, let q = y.constant { return Term(p == q ? 1 : 0, width: 1) }
    if x == y { return .yes }
    let first = known(x)
    let second = known(y)
    if first.high < second.low || second.high < first.low { return .no }
    if y.constant != nil {
      return insert(.binary(.equal, x, y), width: 1, facts: anything(width: 1))
    }
    return insertTruth(.equal, x, y)
  }

  private func insertTruth(_ op: Operator, _ a: Term, _ b: Term) -> Term {
    let swap = op == .equal && a.index > b.index
    return insert(
      .binary(op, swap ? b : a, swap ? a : b), width: 1, facts: anything(width: 1))
  }

  /// a < b, unsigned.
  public func less(_ a: Term, _ b: Term) -> Term {
    if a == b { return .no }
    // As a sum's coefficient, the one bit would stand for -1.
    if a.width == 1 { return and(not(a), b) }
    let left = known(a)
    let right = known(b)
    if left.high < right.low { return .yes }
    if left.low >= right.high { return .no }
    if b.constant == 1 { return equal(a, Term(0, width: a.width)) }
    guard left.isExact, right.isExact,
      let difference = exactDifference(b, a)
    else { return insertTruth(.less, a, b) }
    if difference.low > 0 { return .yes }
    if difference.high <= 0 { return .no }
    let (x, y) = cancelled(a, b)
    return insertTruth(.less, x, y)
  }

  /// The range of a - b as integers, common summands cancelled.
  private func exactDifference(_ a: Term, _ b: Term) -> (low: Int128, high: Int128)? {
    guard let (x, y) = integerSums(a, b) else { return nil }
    var low = x.constant - y.constant
    var high = low
    for (index, coefficient) in difference(x.coefficients, y.coefficients) {
      let range = facts[Int(index)]
      let first = coefficient.multipliedReportingOverflow(by: Int128(range.low))
      let second = coefficient.multipliedReportingOverflow(by: Int128(range.high))
      let newLow = low.addingReportingOverflow(min(first.partialValue, second.partialValue))
      let newHigh = high.addingReportingOverflow(max(first.partialValue, second.partialValue))
      if first.overflow || second.overflow || newLow.overflow || newHigh.overflow { return nil }
      low = newLow.partialValue
      high = newHigh.partialValue
    }
    return (low, high)
  }

  private struct IntegerSum {
    var constant: Int128
    var coefficients: [Int32: Int128]
  }

  /// The sums as integers: for exact terms these are their values.
  private func integerSums(_ a: Term, _ b: Term) -> (IntegerSum, IntegerSum)? {
    guard let x = integerSum(a), let y = integerSum(b) else { return nil }
    return (x, y)
  }

  private func integerSum(_ a: Term) -> IntegerSum? {
    let sum = self.sum(a)
    if sum.monomials.isEmpty {
      return IntegerSum(constant: Int128(sum.constant), coefficients: [:])
    }
    var coefficients: [Int32: Int128] = [:]
    for monomial in sum.monomials {
      coefficients[monomial.term.index] = signed(monomial.coefficient, width: a.width)
    }
    return IntegerSum(
      constant: exactConstant(sum, width: a.width), coefficients: coefficients)
  }

  private func difference(_ a: [Int32: Int128], _ b: [Int32: Int128]) -> [Int32: Int128] {
    a.merging(b.mapValues { -$0 }) { $0 + $1 }.filter { $0.value != 0 }
  }

  /// a and b without the summands and the power of two that they share, where both stay exact.
  private func cancelled(_ a: Term, _ b: Term) -> (Term, Term) {
    let width = a.width
    var left = sum(a)
    var right = sum(b)
    let shared = Set(left.monomials).intersection(right.monomials)
    left.monomials.removeAll { shared.contains($0) }
    right.monomials.removeAll { shared.contains($0) }
    let constant = min(left.constant, right.constant)
    left.constant -= constant
    right.constant -= constant
    let x = term(of: left, width: width)
    let y = term(of: right, width: width)
    guard known(x).isExact, known(y).isExact, exactDifferenceAgrees(x, y, with: a, b) else {
      return (a, b)
    }
    let zeros = min(known(x).trailingZeros, known(y).trailingZeros, width - 1)
    if zeros == 0 { return (x, y) }
    let amount = Term(UInt64(zeros), width: width)
    return (lshr(x, amount), lshr(y, amount))
  }

  private func exactDifferenceAgrees(_ x: Term, _ y: Term, with a: Term, _ b: Term) -> Bool {
    guard let (p, q) = integerSums(x, y), let (r, s) = integerSums(a, b) else { return false }
    return p.constant - q.constant == r.constant - s.constant
      && difference(p.coefficients, q.coefficients) == difference(r.coefficients, s.coefficients)
  }

  /// a ≤ b, unsigned.
  public func lessOrEqual(_ a: Term, _ b: Term) -> Term { not(less(b, a)) }

  /// a < b, signed.
  public func lessSigned(_ a: Term, _ b: Term) -> Term {
    if a == b { return .no }
    if a.width == 1 { return and(a, not(b)) }
    let half = UInt64(1) << UInt64(a.width - 1)
    let left = known(a)
    let right = known(b)
    let aIsNegative = left.low >= half
    let bIsNegative = right.low >= half
    if aIsNegative == bIsNegative, aIsNegative || isNonNegative(a), bIsNegative || isNonNegative(b)
    {
      return less(a, b)
    }
    if aIsNegative, isNonNegative(b) { return .yes }
    if isNonNegative(a), bIsNegative { return .no }
    return insertTruth(.lessSigned, a, b)
  }

  /// What a truth value is the conjunction of.
  public func conjuncts(of term: Term) -> [Term] {
    switch node(term) {
    case .binary(.and, let a, let b)?: return conjuncts(of: a) + conjuncts(of: b)
    case .binary(.xor, let inner, let one)? where one.isTrue:
      guard case .binary(.or, let a, let b)? = node(inner) else { return [term] }
      return conjuncts(of: not(a)) + conjuncts(of: not(b))
    default: return [term]
    }
  }
}
