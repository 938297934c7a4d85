// SPDX-License-Identifier: Apache-2.0

/// Shifts, division, bitwise operators and changes of width.
extension TermPool {
  /// A node of a commutative operator, its operands in the order of their indices.
  func ordered(_ op: Operator, _ a: Term, _ b: Term, trailing: Int = 0) -> Term {
    let swap = a.index > b.index || (a.index == b.index && a.bits > b.bits)
    return insert(
      .binary(op, swap ? b : a, swap ? a : b), width: a.width,
      facts: anything(width: a.width, trailingZeros: min(trailing, a.width)))
  }

  // MARK: Shifts

  /// a << b; 0 where b is the width or more.
  public func shl(_ a: Term, _ b: Term) -> Term {
    if let amount = b.constant {
      return amount >= UInt64(a.width)
        ? Term(0, width: a.width) : scale(a, by: UInt64(1) << amount)
    }
    let left = known(a)
    let right = known(b)
    var result = anything(width: a.width, trailingZeros: min(a.width, left.trailingZeros))
    if right.high < UInt64(a.width), left.high <= Term.mask(a.width) >> right.high {
      result.low = left.low << right.low
      result.high = left.high << right.high
    }
    return insert(.binary(.shl, a, b), width: a.width, facts: result)
  }

  /// a >> b, zeros from the left; 0 where b is the width or more.
  public func lshr(_ a: Term, _ b: Term) -> Term {
    guard let amount = b.constant else {
      let left = known(a)
      return insert(
        .binary(.lshr, a, b), width: a.width,
        facts: Facts(low: 0, high: left.high, trailingZeros: 0, isExact: true))
    }
    if amount == 0 { return a }
    if amount >= UInt64(a.width) { return Term(0, width: a.width) }
    if let value = a.constant { return Term(value >> amount, width: a.width) }
    let range = known(a)
    if range.high >> amount == range.low >> amount {
      return Term(range.low >> amount, width: a.width)
    }
    if let quotient = exactQuotient(a, bits: Int(amount)) { return quotient }
    if let quotient = quotientOfQuotient(a, bits: Int(amount)) { return quotient }
    if let chosen = throughChoice(a, { lshr($0, b) }) { return chosen }
    return insert(
      .binary(.lshr, a, b), width: a.width,
      facts: Facts(
        low: range.low >> amount, high: range.high >> amount,
        trailingZeros: max(0, range.trailingZeros - Int(amount)), isExact: true))
  }

  /// a / 2^bits by way of what a is a multiple of, or of a quotient that a is.
  private func quotientOfQuotient(_ a: Term, bits: Int) -> Term? {
    if case .binary(.lshr, let inner, let amount)? = node(a), let before = amount.constant {
      return lshr(inner, Term(before + UInt64(bits), width: a.width))
    }
    let zeros = known(a).trailingZeros
    guard zeros > 0, zeros < bits, let smaller = exactQuotient(a, bits: zeros) else { return nil }
    return lshr(smaller, Term(UInt64(bits - zeros), width: a.width))
  }

  /// a / 2^bits where a is a sum that never wraps: its multiples of 2^bits, divided, and the
  /// quotient of the rest, neither of which is ever negative.
  private func exactQuotient(_ a: Term, bits: Int) -> Term? {
    guard known(a).isExact, case .sum? = node(a) else { return nil }
    let (multiple, rest) = split(sum(a), bits: bits)
    guard !multiple.monomials.isEmpty || multiple.constant != 0,
      let low = interval(rest, width: a.width), low.low >= 0,
      let high = interval(multiple, width: a.width), high.low >= 0,
      high.high + low.high <= Int128(Term.mask(a.width))
    else { return nil }
    // The constant as the interval reads it: of 8x - 8 it is negative.
    let constant = reading(of: multiple, low: high.low, width: a.width) >> Int128(bits)
    var quotient = Sum(
      constant: UInt64(truncatingIfNeeded: constant) & Term.mask(a.width))
    for monomial in multiple.monomials {
      guard monomial.coefficient.trailingZeroBitCount >= bits else { return nil }
      let coefficient = signed(monomial.coefficient, width: a.width) >> Int128(bits)
      quotient.monomials.append(
        Monomial(
          coefficient: UInt64(truncatingIfNeeded: coefficient) & Term.mask(a.width),
          term: monomial.term))
    }
    let upper = term(of: quotient, width: a.width)
    if low.high < Int128(1) << Int128(bits) { return upper }
    return add(upper, lshr(term(of: rest, width: a.width), Term(UInt64(bits), width: a.width)))
  }

  /// a >> b, the sign from the left; all sign where b is the width or more.
  public func ashr(_ a: Term, _ b: Term) -> Term {
    if known(a).high <= Term.mask(a.width) >> 1 { return lshr(a, b) }
    if let value = a.constant, let amount = b.constant {
      let shift = min(amount, UInt64(a.width - 1))
      let shifted = signed(value, width: a.width) >> Int128(shift)
      return Term(UInt64(truncatingIfNeeded: shifted), width: a.width)
    }
    return insert(.binary(.ashr, a, b), width: a.width, facts: anything(width: a.width))
  }

  // MARK: Division

  /// a / b, unsigned. Division by zero is the caller's obligation; here it is all ones, as in
  /// SMT-LIB.
  public func udiv(_ a: Term, _ b: Term) -> Term {
    if let divisor = b.constant {
      if divisor == 0 { return Term(.max, width: a.width) }
      if let value = a.constant { return Term(value / divisor, width: a.width) }
      if divisor.nonzeroBitCount == 1 {
        return lshr(a, Term(UInt64(divisor.trailingZeroBitCount), width: a.width))
      }
    }
    var result = anything(width: a.width)
    if known(b).low > 0 { result.high = known(a).high / known(b).low }
    return insert(.binary(.udiv, a, b), width: a.width, facts: result)
  }

  /// a mod b, unsigned; a where b is zero, as in SMT-LIB.
  public func urem(_ a: Term, _ b: Term) -> Term {
    if let divisor = b.constant {
      if divisor == 0 { return a }
      if let value = a.constant { return Term(value % divisor, width: a.width) }
      if divisor.nonzeroBitCount == 1 { return and(a, Term(divisor - 1, width: a.width)) }
    }
    var result = anything(width: a.width)
    if known(b).low > 0 { result.high = known(b).high - 1 }
    return insert(.binary(.urem, a, b), width: a.width, facts: result)
  }

  /// a / b, signed, towards zero. By zero, 1 for a negative a and -1 else, as in SMT-LIB.
  public func sdiv(_ a: Term, _ b: Term) -> Term {
    if isNonNegative(a), isNonNegative(b) { return udiv(a, b) }
    if let x = a.constant, b.constant == 0 {
      return Term(signed(x, width: a.width) < 0 ? 1 : .max, width: a.width)
    }
    if let x = a.constant, let y = b.constant {
      let quotient = signed(x, width: a.width) / signed(y, width: a.width)
      return Term(UInt64(truncatingIfNeeded: quotient), width: a.width)
    }
    return insert(.binary(.sdiv, a, b), width: a.width, facts: anything(width: a.width))
  }

  /// The remainder of `sdiv`, with the sign of a; a where b is zero, as in SMT-LIB.
  public func srem(_ a: Term, _ b: Term) -> Term {
    if isNonNegative(a), isNonNegative(b) { return urem(a, b) }
    if b.constant == 0 { return a }
    if let x = a.constant, let y = b.constant {
      let remainder = signed(x, width: a.width) % signed(y, width: a.width)
      return Term(UInt64(truncatingIfNeeded: remainder), width: a.width)
    }
    return insert(.binary(.srem, a, b), width: a.width, facts: anything(width: a.width))
  }

  func isNonNegative(_ a: Term) -> Bool { known(a).high <= Term.mask(a.width) >> 1 }

  // MARK: Bitwise

  /// The truth value or the bits inverted.
  public func not(_ a: Term) -> Term { xor(a, Term(.max, width: a.width)) }

  /// Bitwise and; for truth values, conjunction.
  public func and(_ a: Term, _ b: Term) -> Term {
    if let x = a.constant, let y = b.constant { return Term(x & y, width: a.width) }
    if a.constant != nil { return and(b, a) }
    if a == b { return a }
    if let mask = b.constant {
      if mask == 0 { return b }
      if mask == Term.mask(a.width) { return a }
      if possibleBits(a) & mask == 0 { return Term(0, width: a.width) }
      if possibleBits(a) & ~mask == 0 { return a }
      if let masked = self.masked(a, by: mask) ?? maskedRest(a, by: mask) { return masked }
      if let chosen = throughChoice(a, { and($0, b) }) { return chosen }
      if let multiple = multiple(a, by: mask) { return multiple }
    }
    if a.width == 1, negated(a) == b || negated(b) == a { return .no }
    if let narrow = narrowed(a, b, and) { return narrow }
    let left = known(a)
    let right = known(b)
    let zeros = max(left.trailingZeros, right.trailingZeros)
    let term = ordered(.and, a, b, trailing: zeros)
    facts[Int(term.index)].high = min(facts[Int(term.index)].high, left.high, right.high)
    return term
  }

  /// The bits that may be set.
  func possibleBits(_ a: Term) -> UInt64 {
    if let value = a.constant { return value }
    let range = known(a)
    if range.trailingZeros >= 64 { return 0 }
    return Term.mask(64 - range.high.leadingZeroBitCount) & ~Term.mask(range.trailingZeros)
  }

  /// An operation on a choice as a choice of results, where there are few of these.
  func throughChoice(_ a: Term, _ operation: (Term) -> Term) -> Term? {
    guard case .choose(let condition, let x, let y)? = node(a), leaves(a, limit: 64) != nil else {
      return nil
    }
    return choose(condition, operation(x), operation(y))
  }

  /// How many results a tree of choices has; nil if more than the limit.
  private func leaves(_ a: Term, limit: Int) -> Int? {
    guard case .choose(_, let x, let y)? = node(a) else { return 1 }
    guard let left = leaves(x, limit: limit - 1), let right = leaves(y, limit: limit - left) else {
      return nil
    }
    return left + right <= limit ? left + right : nil
  }

  /// a & mask where a is a constant and a rest without common bits, and the mask takes all or
  /// nothing of the rest.
  private func maskedRest(_ a: Term, by mask: UInt64) -> Term? {
    let whole = sum(a)
    guard whole.constant != 0, !whole.monomials.isEmpty, known(a).isExact else { return nil }
    let rest = term(of: Sum(monomials: whole.monomials), width: a.width)
    let bits = possibleBits(rest)
    guard known(rest).isExact, bits & whole.constant == 0 else { return nil }
    let constant = Term(whole.constant & mask, width: a.width)
    if bits & mask == 0 { return constant }
    return bits & ~mask == 0 ? add(constant, rest) : nil
  }

  /// a & mask where the mask is the low bits, or all but the low bits.
  private func masked(_ a: Term, by mask: UInt64) -> Term? {
    let width = a.width
    if mask & (mask &+ 1) == 0 {
      let bits = mask.trailingOnes
      let range = known(a)
      if range.high <= mask { return a }
      if range.trailingZeros >= bits { return Term(0, width: width) }
      let rest = split(sum(a), bits: bits).rest
      guard let interval = interval(rest, width: width) else { return nil }
      if interval.low >= 0, interval.high <= Int128(mask) { return term(of: rest, width: width) }
      let smaller = term(of: rest, width: width)
      return smaller == a ? nil : and(smaller, Term(mask, width: width))
    }
    let low = ~mask & Term.mask(width)
    guard low & (low &+ 1) == 0, let remainder = self.masked(a, by: low) else { return nil }
    if case .binary(.and, _, _)? = node(remainder) { return nil }
    return sub(a, remainder)
  }

  /// a & mask where the mask is all but the low bits: the quotient, and so many zeros.
  private func multiple(_ a: Term, by mask: UInt64) -> Term? {
    let low = ~mask & Term.mask(a.width)
    guard low & (low &+ 1) == 0 else { return nil }
    let bits = Term(UInt64(low.trailingOnes), width: a.width)
    return shl(lshr(a, bits), bits)
  }

  /// An operator on two extended values, or on one and a constant that fits, before the extension:
  /// so the truth values that C keeps in an int stay truth values.
  private func narrowed(_ a: Term, _ b: Term, _ op: (Term, Term) -> Term) -> Term? {
    guard case .zeroExtend(let x)? = node(a) else { return nil }
    if case .zeroExtend(let y)? = node(b), x.width == y.width {
      return zeroExtend(op(x, y), to: a.width)
    }
    guard let constant = b.constant, constant <= Term.mask(x.width) else { return nil }
    return zeroExtend(op(x, Term(constant, width: x.width)), to: a.width)
  }

  /// Bitwise or; for truth values, disjunction.
  public func or(_ a: Term, _ b: Term) -> Term {
    if let x = a.constant, let y = b.constant { return Term(x | y, width: a.width) }
    if a.constant != nil { return or(b, a) }
    if b.constant == 0 || a == b { return a }
    if b.constant == Term.mask(a.width) { return b }
    if a.width == 1 {
      return negated(a) == b || negated(b) == a ? .yes : ordered(.or, a, b)
    }
    if let narrow = narrowed(a, b, or) { return narrow }
    if possibleBits(a) & possibleBits(b) == 0 { return add(a, b) }
    if b.constant != nil, let chosen = throughChoice(a, { or($0, b) }) { return chosen }
    return ordered(.or, a, b, trailing: min(known(a).trailingZeros, known(b).trailingZeros))
  }

  /// Bitwise exclusive or.
  public func xor(_ a: Term, _ b: Term) -> Term {
    if let x = a.constant, let y = b.constant { return Term(x ^ y, width: a.width) }
    if a.constant != nil { return xor(b, a) }
    if b.constant == 0 { return a }
    if a == b { return Term(0, width: a.width) }
    if case .binary(.xor, let x, let y)? = node(a), y.constant != nil, b.constant != nil {
      return xor(x, xor(y, b))
    }
    if let narrow = narrowed(a, b, xor) { return narrow }
    // Constants stand last, so that a negation is recognised.
    if b.constant != nil {
      return insert(.binary(.xor, a, b), width: a.width, facts: anything(width: a.width))
    }
    return ordered(.xor, a, b, trailing: min(known(a).trailingZeros, known(b).trailingZeros))
  }
}

extension UInt64 {
  /// How many ones the value ends in.
  var trailingOnes: Int { (~self).trailingZeroBitCount }
}
