// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: the same numbers in every run.
struct Randomness: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// A number that C is likely to get wrong, or any.
  mutating func edge() -> UInt64 {
    let power = UInt64(1) << (next() % 64)
    switch next() % 12 {
    case 0: return 0
    case 1: return 1
    case 2: return .max
    case 3: return 1 << 63
    case 4: return .max >> 1
    case 5: return power
    case 6: return power &- 1
    case 7: return power &+ 1
    case 8: return 0 &- power
    case 9: return next() % 300
    case 10: return next() >> (next() % 64)
    default: return next()
    }
  }

  mutating func tuple() -> [UInt64] { (0..<4).map { _ in edge() } }
}
