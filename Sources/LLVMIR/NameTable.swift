// SPDX-License-Identifier: Apache-2.0

/// Numbers names, from 0 in the order of their first mention, without making a `String` of each
/// mention.
struct NameTable {
  private struct Entry {
    var bytes: Range<Int>
    var hash: Int
  }

  private var entries: [Entry] = []
  private var storage: [UInt8] = []
  /// Open addressing; a slot is an entry's index plus one, or 0. The size is a power of two.
  private var slots = [Int](repeating: 0, count: 16)

  var count: Int { entries.count }

  /// The name's number, a new one if the name is new.
  mutating func number(of name: ArraySlice<UInt8>) -> Int {
    let hash = Self.hash(name)
    let slot = slot(of: name, hash: hash)
    if slots[slot] > 0 { return slots[slot] - 1 }
    let start = storage.count
    storage.append(contentsOf: name)
    entries.append(Entry(bytes: start..<storage.count, hash: hash))
    slots[slot] = entries.count
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
  }

  /// The name's number, or nil for an unknown name.
  func find(_ name: ArraySlice<UInt8>) -> Int? {
    let slot = slot(of: name, hash: Self.hash(name))
    return slots[slot] > 0 ? slots[slot] - 1 : nil
  }

  /// The slot that holds the name, or the free one where it belongs.
  private func slot(of name: ArraySlice<UInt8>, hash: Int) -> Int {
    let mask = slots.count - 1
    var slot = hash & mask
    while slots[slot] > 0 {
      let entry = entries[slots[slot] - 1]
      if entry.hash == hash, storage[entry.bytes].elementsEqual(name) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = [Int](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      var slot = entry.hash & mask
      while slots[slot] > 0 { slot = (slot + 1) & mask }
      slots[slot] = index + 1
    }
  }

  /// FNV-1a, with the high bits folded in.
  private static func hash(_ name: ArraySlice<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ (hash >> 29))
  }
}
