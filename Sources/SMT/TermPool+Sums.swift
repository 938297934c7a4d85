// SPDX-License-Identifier: Apache-2.0

/// Sums, kept as constant + Σ coefficient · term, so that equal addresses and sizes are the same
/// node however they were computed.
extension TermPool {
  struct Sum {
    var constant: UInt64 = 0
    var monomials: [Monomial] = []
  }

  /// a + b, modulo 2^width.
  public func add(_ a: Term, _ b: Term) -> Term {
    if let x = a.constant, let y = b.constant { return Term(x &+ y, width: a.width) }
    if a.constant == 0 { return b }
    if b.constant == 0 { return a }
    if a.width == 1 { return xor(a, b) }
    return term(of: combine(sum(a), sum(b), times: 1, width: a.width), width: a.width)
  }

  /// a - b, modulo 2^width.
  public func sub(_ a: Term, _ b: Term) -> Term {
    if let x = a.constant, let y = b.constant { return Term(x &- y, width: a.width) }
    if b.constant == 0 { return a }
    if a.width == 1 { return xor(a, b) }
    return term(of: combine(sum(a), sum(b), times: .max, width: a.width), width: a.width)
  }

  /// a · b, modulo 2^width.
  public func mul(_ a: Term, _ b: Term) -> Term {
    if let x = a.constant, let y = b.constant { return Term(x &* y, width: a.width) }
    if a.width == 1 { return and(a, b) }
    if let factor = b.constant { return scale(a, by: factor) }
    if let factor = a.constant { return scale(b, by: factor) }
    return ordered(.mul, a, b, trailing: known(a).trailingZeros + known(b).trailingZeros)
  }

  func scale(_ a: Term, by factor: UInt64) -> Term {
    if factor == 0 { return Term(0, width: a.width) }
    if factor == 1 { return a }
    return term(of: combine(Sum(), sum(a), times: factor, width: a.width), width: a.width)
  }

  func sum(_ term: Term) -> Sum {
    if let value = term.constant { return Sum(constant: value) }
    if case .sum(let constant, let monomials)? = node(term) {
      return Sum(constant: constant, monomials: monomials)
    }
    return Sum(monomials: [Monomial(coefficient: 1, term: term)])
  }

  func combine(_ a: Sum, _ b: Sum, times factor: UInt64, width: Int) -> Sum {
    let mask = Term.mask(width)
    var result = Sum(constant: (a.constant &+ b.constant &* factor) & mask)
    result.monomials.reserveCapacity(a.monomials.count + b.monomials.count)
    var i = 0
    var j = 0
    while i < a.monomials.count || j < b.monomials.count {
      if j == b.monomials.count
        || (i < a.monomials.count && a.monomials[i].term.index < b.monomials[j].term.index)
      {
        result.monomials.append(a.monomials[i])
        i += 1
        continue
      }
      var next = b.monomials[j]
      next.coefficient = (next.coefficient &* factor) & mask
      if i < a.monomials.count, a.monomials[i].term.index == next.term.index {
        next.coefficient = (next.coefficient &+ a.monomials[i].coefficient) & mask
        i += 1
      }
      j += 1
      if next.coefficient != 0 { result.monomials.append(next) }
    }
    return result
  }

  func term(of sum: Sum, width: Int) -> Term {
    if sum.monomials.isEmpty { return Term(sum.constant, width: width) }
    if let simpler = withoutQuotient(sum, width: width) { return term(of: simpler, width: width) }
    if sum.constant == 0, sum.monomials.count == 1, sum.monomials[0].coefficient == 1 {
      return sum.monomials[0].term
    }
    return insert(
      .sum(constant: sum.constant, sum.monomials), width: width,
      facts: factsOfSum(sum, width: width))
  }

  /// A multiple of 2^n times a / 2^n is one of a, where a is a multiple of 2^n: whatever wraps.
  private func withoutQuotient(_ sum: Sum, width: Int) -> Sum? {
    for (index, monomial) in sum.monomials.enumerated() {
      guard case .binary(.lshr, let a, let amount)? = node(monomial.term),
        let bits = amount.constant, known(a).trailingZeros >= Int(bits),
        monomial.coefficient.trailingZeroBitCount >= Int(bits)
      else { continue }
      var rest = sum
      rest.monomials.remove(at: index)
      return combine(
        rest, self.sum(a), times: monomial.coefficient >> bits, width: width)
    }
    return nil
  }

  private func factsOfSum(_ sum: Sum, width: Int) -> Facts {
    var zeros = sum.constant == 0 ? width : sum.constant.trailingZeroBitCount
    for monomial in sum.monomials {
      zeros = min(
        zeros,
        monomial.coefficient.trailingZeroBitCount + known(monomial.term).trailingZeros)
    }
    zeros = min(zeros, width)
    guard let interval = interval(sum, width: width), interval.low >= 0,
      interval.high <= Int128(Term.mask(width))
    else {
      return Facts(low: 0, high: Term.mask(width), trailingZeros: zeros, isExact: false)
    }
    return Facts(
      low: UInt64(interval.low), high: UInt64(interval.high), trailingZeros: zeros, isExact: true)
  }

  /// The range of a sum's integer value with coefficients and constant taken as signed; nil
  /// where it leaves 128 bits.
  func interval(_ sum: Sum, width: Int) -> (low: Int128, high: Int128)? {
    // A constant in the upper half may be an address or a negative number: take what fits.
    let asSigned = interval(sum, constant: signed(sum.constant, width: width), width: width)
    if let asSigned, asSigned.low >= 0 { return asSigned }
    let asUnsigned = interval(sum, constant: Int128(sum.constant), width: width)
    if let asUnsigned, asUnsigned.low >= 0, asUnsigned.high <= Int128(Term.mask(width)) {
      return asUnsigned
    }
    return asSigned
  }

  /// The constant of a sum, signed or unsigned, as `interval` read it to come to `low`.
  func reading(of sum: Sum, low: Int128, width: Int) -> Int128 {
    let asSigned = signed(sum.constant, width: width)
    return interval(sum, constant: asSigned, width: width)?.low == low
      ? asSigned : Int128(sum.constant)
  }

  private func interval(
    _ sum: Sum, constant: Int128, width: Int
  ) -> (low: Int128, high: Int128)? {
    var low = constant
    var high = constant
    for monomial in sum.monomials {
      let coefficient = signed(monomial.coefficient, width: width)
      let range = known(monomial.term)
      let (x, overX) = coefficient.multipliedReportingOverflow(by: Int128(range.low))
      let (y, overY) = coefficient.multipliedReportingOverflow(by: Int128(range.high))
      let (newLow, overLow) = low.addingReportingOverflow(min(x, y))
      let (newHigh, overHigh) = high.addingReportingOverflow(max(x, y))
      if overX || overY || overLow || overHigh { return nil }
      low = newLow
      high = newHigh
    }
    return (low, high)
  }

  /// The constant of an exact sum as the integer that keeps the sum in range; of any other sum, one
  /// that is the same modulo 2^width.
  func exactConstant(_ sum: Sum, width: Int) -> Int128 {
    let asSigned = signed(sum.constant, width: width)
    guard let range = interval(sum, constant: asSigned, width: width), range.low >= 0 else {
      return Int128(sum.constant)
    }
    return asSigned
  }

  /// The remainder of a term where it is the same whatever the symbols are, and its form shows it.
  public func remainder(of term: Term, by divisor: UInt64) -> UInt64? {
    guard divisor > 0, term.constant != nil || known(term).isExact else { return nil }
    let sum = sum(term)
    let isMultiple = sum.monomials.allSatisfy {
      signed($0.coefficient, width: term.width) % Int128(divisor) == 0
    }
    guard isMultiple else { return nil }
    let rest = exactConstant(sum, width: term.width) % Int128(divisor)
    return UInt64(rest < 0 ? rest + Int128(divisor) : rest)
  }

  /// A value of `width` bits as a signed number.
  func signed(_ value: UInt64, width: Int) -> Int128 {
    let isNegative = value >> UInt64(width - 1) & 1 == 1
    return isNegative ? Int128(value) - (Int128(1) << Int128(width)) : Int128(value)
  }

  /// The summands whose value is a multiple of 2^bits, and the rest (the constant is split).
  func split(_ sum: Sum, bits: Int) -> (multiple: Sum, rest: Sum) {
    let lowMask = Term.mask(bits)
    var multiple = Sum(constant: sum.constant & ~lowMask)
    var rest = Sum(constant: sum.constant & lowMask)
    for monomial in sum.monomials {
      let zeros =
        monomial.coefficient.trailingZeroBitCount + known(monomial.term).trailingZeros
      if zeros >= bits {
        multiple.monomials.append(monomial)
      } else {
        rest.monomials.append(monomial)
      }
    }
    return (multiple, rest)
  }
}
