// SPDX-License-Identifier: Apache-2.0

/// Changes of width.
extension TermPool {
  /// The term's value in `width` bits, zeros in front. `width` is not smaller.
  public func zeroExtend(_ a: Term, to width: Int) -> Term {
    if width == a.width { return a }
    if let value = a.constant { return Term(value, width: width) }
    let range = known(a)
    switch node(a) {
    case .zeroExtend(let inner)?: return zeroExtend(inner, to: width)
    case .extract(let inner, low: 0)? where known(inner).high <= Term.mask(a.width):
      return resize(inner, to: width)
    case .sum(let constant, let monomials)?
    where range.isExact && signedFit(constant, monomials, a.width):
      return distribute(constant, monomials, from: a.width, to: width)
    default: break
    }
    return insert(
      .zeroExtend(a), width: width,
      facts: Facts(
        low: range.low, high: range.high, trailingZeros: range.trailingZeros, isExact: true))
  }

  /// The signed reading of the constant gives the exact value.
  private func signedFit(_ constant: UInt64, _ monomials: [Monomial], _ width: Int) -> Bool {
    guard
      let interval = interval(Sum(constant: constant, monomials: monomials), width: width)
    else { return false }
    return interval.low >= 0 && interval.high <= Int128(Term.mask(width))
  }

  private func distribute(
    _ constant: UInt64, _ monomials: [Monomial], from narrow: Int, to wide: Int
  ) -> Term {
    let whole = Sum(constant: constant, monomials: monomials)
    let exact = exactConstant(whole, width: narrow)
    var result = Term(UInt64(truncatingIfNeeded: exact), width: wide)
    for monomial in monomials {
      let coefficient = signed(monomial.coefficient, width: narrow)
      let factor = UInt64(truncatingIfNeeded: coefficient) & Term.mask(wide)
      result = add(result, scale(zeroExtend(monomial.term, to: wide), by: factor))
    }
    return result
  }

  /// The term's value in `width` bits, its sign in front. `width` is not smaller.
  public func signExtend(_ a: Term, to width: Int) -> Term {
    if width == a.width { return a }
    if isNonNegative(a) { return zeroExtend(a, to: width) }
    if let value = a.constant {
      return Term(UInt64(truncatingIfNeeded: signed(value, width: a.width)), width: width)
    }
    let zeros = known(a).trailingZeros
    return insert(
      .signExtend(a), width: width, facts: anything(width: width, trailingZeros: zeros))
  }

  /// The low `width` bits. `width` is not larger.
  public func truncate(_ a: Term, to width: Int) -> Term { extract(a, low: 0, width: width) }

  /// What a term is the low bits of; nil if it is not known as such.
  public func whole(of term: Term) -> Term? {
    guard case .extract(let whole, low: 0)? = node(term) else { return nil }
    return whole
  }

  /// Cut or zero-extended to a width.
  public func resize(_ a: Term, to width: Int) -> Term {
    width <= a.width ? truncate(a, to: width) : zeroExtend(a, to: width)
  }

  /// `width` bits from bit `low` on.
  public func extract(_ a: Term, low: Int, width: Int) -> Term {
    if low == 0, width == a.width { return a }
    if let value = a.constant { return Term(value >> UInt64(low), width: width) }
    switch node(a) {
    case .extract(let inner, low: let offset)?:
      return extract(inner, low: low + offset, width: width)
    case .zeroExtend(let inner)?:
      if low >= inner.width { return Term(0, width: width) }
      if low + width <= inner.width { return extract(inner, low: low, width: width) }
      return zeroExtend(extract(inner, low: low, width: inner.width - low), to: width)
    case .signExtend(let inner)? where low + width <= inner.width:
      return extract(inner, low: low, width: width)
    case .concat(let upper, let lower)?:
      if low + width <= lower.width { return extract(lower, low: low, width: width) }
      if low >= lower.width {
        return extract(upper, low: low - lower.width, width: width)
      }
    default: break
    }
    if let chosen = throughChoice(a, { extract($0, low: low, width: width) }) { return chosen }
    let range = known(a)
    if low > 0, range.high >> UInt64(low) == 0 { return Term(0, width: width) }
    var result = anything(
      width: width, trailingZeros: max(0, min(width, range.trailingZeros - low)))
    if range.high >> UInt64(low) <= Term.mask(width) {
      result.low = range.low >> UInt64(low)
      result.high = range.high >> UInt64(low)
    }
    return insert(.extract(a, low: low), width: width, facts: result)
  }

  /// Two terms side by side, the first above.
  public func concat(_ upper: Term, _ lower: Term) -> Term {
    let width = upper.width + lower.width
    if upper.constant == 0 { return zeroExtend(lower, to: width) }
    if case .extract(let x, low: let high)? = node(upper),
      case .extract(let y, low: let low)? = node(lower), x == y, high == low + lower.width
    {
      return extract(x, low: low, width: width)
    }
    if let above = upper.constant, let below = lower.constant {
      return Term(above << UInt64(lower.width) | below, width: width)
    }
    let left = known(upper)
    let right = known(lower)
    return insert(
      .concat(upper, lower), width: width,
      facts: Facts(
        low: left.low << UInt64(lower.width) | right.low,
        high: left.high << UInt64(lower.width) | right.high,
        trailingZeros: min(right.trailingZeros, lower.width), isExact: true))
  }
}
