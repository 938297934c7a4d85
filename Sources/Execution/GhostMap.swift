// SPDX-License-Identifier: Apache-2.0

import SMT

/// Unbounded memory of the model: from 64-bit keys to 64-bit values, all 0 at first. Reading asks
/// the writes from the last to the first, without exploring anything apart.
struct GhostMap: Sendable, Equatable {
  private enum Write: Sendable, Equatable {
    case one(key: Term, value: Term)
    case range(low: Term, high: Term, stride: UInt64, value: Term, step: Term)
    /// Any values but 0, named by a number.
    case something(low: Term, high: Term, Int)
  }

  private var writes: [Write] = []
  /// What was there before the writes: all 0 if it has no name, else any values, named by it.
  private(set) var origin: String?
  /// Of an origin, the keys at which something may be known of the values.
  private(set) var knownKeys: [Term] = []

  /// Anything may be in it from here on.
  mutating func forget(origin name: String, knownKeys keys: [Term]) {
    writes = []
    origin = name
    knownKeys = keys
  }

  mutating func setSomething(low: Term, high: Term, number: Int) {
    writes.append(.something(low: low, high: high, number))
  }

  mutating func set(_ key: Term, _ value: Term) {
    // A second write of the same key right after the first makes that one invisible.
    if case .one(key: let last, value: _)? = writes.last, last == key { writes.removeLast() }
    writes.append(.one(key: key, value: value))
  }

  mutating func setRange(low: Term, high: Term, stride: UInt64, value: Term, step: Term) {
    writes.append(.range(low: low, high: high, stride: stride, value: value, step: step))
  }

  /// The value of a key. Takes time linear in the writes since the last that surely is the key's.
  func get(_ key: Term, pool: TermPool) -> Term {
    var hits: [(condition: Term, value: Term)] = []
    var result = unknownValue(key, pool: pool) ?? Term(0, width: 64)
    for write in writes.reversed() {
      let hit = self.hit(write, key, pool: pool)
      if hit.condition.isFalse { continue }
      if hit.condition.isTrue {
        result = hit.value
        break
      }
      hits.append(hit)
    }
    for hit in hits.reversed() { result = pool.choose(hit.condition, hit.value, result) }
    return result
  }

  /// What stands for the value of a key as it was before the writes; nil where that was 0.
  func unknownValue(_ key: Term, pool: TermPool) -> Term? {
    origin.map { pool.unknown($0, at: key, width: 64) }
  }

  private func hit(
    _ write: Write, _ key: Term, pool: TermPool
  ) -> (condition: Term, value: Term) {
    switch write {
    case .one(let written, let value): return (pool.equal(written, key), value)
    case .something(let low, let high, let number):
      let value = pool.unknown("something #\(number)", at: key, width: 64, least: 1)
      return (pool.and(pool.lessOrEqual(low, key), pool.less(key, high)), value)
    case .range(let low, let high, let stride, let value, let step):
      let distance = pool.sub(key, low)
      let inside = pool.and(pool.lessOrEqual(low, key), pool.less(key, high))
      let rest = pool.and(distance, Term(stride &- 1, width: 64))
      let condition = pool.and(inside, pool.equal(rest, Term(0, width: 64)))
      if condition.isFalse || step.constant == 0 { return (condition, value) }
      let number = pool.lshr(distance, Term(UInt64(stride.trailingZeroBitCount), width: 64))
      return (condition, pool.add(value, pool.mul(number, step)))
    }
  }
}

extension TermPool {
  /// What unknown memory holds at a key: the same value for the same term.
  func unknown(_ origin: String, at key: Term, width: Int, least: UInt64 = 0) -> Term {
    symbol("\(origin) at \(identity(of: key))", width: width, in: least...(.max))
  }
}
