// SPDX-License-Identifier: Apache-2.0

import SMT

/// A value in an object's memory, or the lack of one.
struct Cell: Sendable, Equatable {
  /// In bytes from the object's beginning.
  var offset: Int
  /// In bytes.
  var size: Int
  /// 8 · size bits; nil for bytes that must not be read, in an object that else reads as zero.
  var value: Term?
  /// The value has wrapped, and is not to be read.
  var isWrapped = false

  var end: Int { offset + size }
}

/// A piece of memory that C can point to.
struct MemoryObject: Sendable {
  enum Kind: Sendable, Hashable {
    case global, constant, stack, function
    case heap(owner: UInt64)
  }

  enum Life: Sendable {
    case alive, freed
    /// Of a local variable: its block is not entered yet, or left.
    case outside
  }

  var base: UInt64
  /// In bytes.
  var size: Term
  var kind: Kind
  var name: String
  /// What was never written reads as zero; else it must not be read.
  var isZeroed: Bool
  var life = Life.alive
  /// Without overlap, ascending by offset.
  var cells: [Cell] = []
  /// Instead of cells, of an object whose size is not known.
  var array: ArrayContents?
  /// Some cell may have wrapped.
  var mayHaveWrapped = false

  /// A local variable's block is entered, or left: what it held is lost.
  mutating func renew(_ life: Life) {
    self.life = life
    cells = []
    mayHaveWrapped = false
  }

  // MARK: Bytes

  /// The position of the first cell that ends behind `offset`.
  private func firstCell(endingAfter offset: Int) -> Int {
    var low = 0
    var high = cells.count
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].end <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The value of `size` bytes (at most 8) at an offset; nil where one of them was never written.
  func load(_ offset: Int, size: Int, pool: TermPool) -> Term? {
    var position = firstCell(endingAfter: offset)
    if position < cells.count, cells[position].offset == offset, cells[position].size == size {
      return cells[position].value
    }
    var result: Term?
    var next = offset
    while next < offset + size {
      let piece: Term
      if position < cells.count, cells[position].offset <= next {
        let cell = cells[position]
        guard let value = cell.value else { return nil }
        let end = min(cell.end, offset + size)
        piece = pool.extract(
          value, low: 8 * (next - cell.offset), width: 8 * (end - next))
        next = end
        position += 1
      } else {
        guard isZeroed else { return nil }
        let end = min(position < cells.count ? cells[position].offset : .max, offset + size)
        piece = Term(0, width: 8 * (end - next))
        next = end
      }
      result = result.map { pool.concat(piece, $0) } ?? piece
    }
    return result
  }

  /// Whether a byte was written, or reads as zero.
  func canBeRead(_ offset: Int) -> Bool {
    let position = firstCell(endingAfter: offset)
    guard position < cells.count, cells[position].offset <= offset else { return isZeroed }
    return cells[position].value != nil
  }

  /// Writes `size` bytes (at most 8) at an offset.
  mutating func store(_ value: Term, _ offset: Int, size: Int, pool: TermPool) {
    let position = firstCell(endingAfter: offset)
    if position < cells.count, cells[position].offset == offset, cells[position].size == size {
      cells[position].value = value
      cells[position].isWrapped = false
      return
    }
    let place = makeRoom(offset, offset + size, pool: pool)
    cells.insert(Cell(offset: offset, size: size, value: value), at: place)
  }

  /// Forgets what is in [begin, end) and tells where a cell for it belongs.
  private mutating func makeRoom(_ begin: Int, _ end: Int, pool: TermPool) -> Int {
    var position = firstCell(endingAfter: begin)
    let first = position
    var kept: [Cell] = []
    var place = first
    while position < cells.count, cells[position].offset < end {
      let cell = cells[position]
      if cell.offset < begin {
        kept.append(cell.part(cell.offset, begin, pool: pool))
        place += 1
      }
      if cell.end > end { kept.append(cell.part(end, cell.end, pool: pool)) }
      position += 1
    }
    cells.replaceSubrange(first..<position, with: kept)
    return place
  }

  /// The cells of [begin, end), cut to it, at their offsets from `begin`.
  func copy(_ begin: Int, _ end: Int, pool: TermPool) -> [Cell] {
    var result: [Cell] = []
    var position = firstCell(endingAfter: begin)
    while position < cells.count, cells[position].offset < end {
      let cell = cells[position]
      var part = cell.part(max(begin, cell.offset), min(end, cell.end), pool: pool)
      part.offset -= begin
      result.append(part)
      position += 1
    }
    return result
  }

  /// Replaces [begin, begin + size) by copied cells; a gap reads as zero if
  /// `zeroed`, else it must not be read.
  mutating func replace(
    _ begin: Int, size: Int, with copied: [Cell], zeroed: Bool, pool: TermPool
  ) {
    // A gap takes the meaning that gaps have where it came from.
    let filling =
      zeroed == isZeroed ? copied : MemoryObject.filled(copied, size: size, zeroed: zeroed)
    let place = makeRoom(begin, begin + size, pool: pool)
    let moved = filling.map { cell in
      var cell = cell
      cell.offset += begin
      return cell
    }
    cells.insert(contentsOf: moved, at: place)
    mayHaveWrapped = mayHaveWrapped || moved.contains(where: \.isWrapped)
  }

  /// Cells with their gaps said: zeros, or bytes that must not be read.
  private static func filled(_ cells: [Cell], size: Int, zeroed: Bool) -> [Cell] {
    var result: [Cell] = []
    var next = 0
    for cell in cells {
      result += gap(from: next, to: cell.offset, zeroed: zeroed)
      result.append(cell)
      next = cell.end
    }
    return result + gap(from: next, to: size, zeroed: zeroed)
  }

  private static func gap(from begin: Int, to end: Int, zeroed: Bool) -> [Cell] {
    stride(from: begin, to: end, by: 8).map { offset in
      let size = min(8, end - offset)
      return Cell(offset: offset, size: size, value: zeroed ? Term(0, width: 8 * size) : nil)
    }
  }
}

/// Values that wrapped.
extension MemoryObject {
  /// What was stored at an offset has wrapped.
  mutating func wrap(_ offset: Int) {
    let position = firstCell(endingAfter: offset)
    guard cells.indices.contains(position) else { return }
    cells[position].isWrapped = true
    mayHaveWrapped = true
  }

  /// Whether some of `size` bytes at an offset have wrapped; that is told once.
  mutating func takeWrapped(_ offset: Int, size: Int) -> Bool {
    guard mayHaveWrapped else { return false }
    var found = false
    for position in cells.indices where cells[position].isWrapped {
      guard cells[position].offset < offset + size, cells[position].end > offset else { continue }
      cells[position].isWrapped = false
      found = true
    }
    return found
  }
}

extension Cell {
  func part(_ begin: Int, _ end: Int, pool: TermPool) -> Cell {
    if begin == offset, end == self.end { return self }
    let bits = value.map {
      pool.extract($0, low: 8 * (begin - offset), width: 8 * (end - begin))
    }
    return Cell(offset: begin, size: end - begin, value: bits, isWrapped: isWrapped)
  }
}

/// Every object, by address. Addresses are constants and far apart, so that an address that leaves
/// its object meets no other.
public struct Memory: Sendable {
  /// Ascending by base: functions and globals.
  var statics: [MemoryObject]
  /// Ascending by base: the objects of the live frames.
  var stack: [MemoryObject] = []
  /// Ascending by base, the freed ones included.
  var heap: [MemoryObject] = []
  private var nextStack = Memory.stackBase
  private var nextHeap = Memory.heapBase

  static let stackBase: UInt64 = 0xffd2_0000_0000_0000
  static let heapBase: UInt64 = 0xff11_0000_0000_0000
  static let staticBase: UInt64 = 0xffff_ffff_8000_0000
  /// Objects are this far apart at least, in bytes.
  static let distance: UInt64 = 4096
  /// Objects of unknown size get this much room, in bytes.
  static let roomForUnknown: UInt64 = 1 << 33

  init(statics: [MemoryObject]) { self.statics = statics }

  /// Names an object.
  public enum Handle: Hashable, Sendable {
    case fixed(Int)
    case stack(Int)
    case heap(Int)
  }

  subscript(handle: Handle) -> MemoryObject {
    get {
      switch handle {
      case .fixed(let index): statics[index]
      case .stack(let index): stack[index]
      case .heap(let index): heap[index]
      }
    }
    _modify {
      switch handle {
      case .fixed(let index): yield &statics[index]
      case .stack(let index): yield &stack[index]
      case .heap(let index): yield &heap[index]
      }
    }
  }

  /// Whether there is an object of that name.
  func has(_ handle: Handle) -> Bool {
    switch handle {
    case .fixed(let index): index < statics.count
    case .stack(let index): index < stack.count
    case .heap(let index): index < heap.count
    }
  }

  /// The object whose room an address lies in, one byte behind its end included.
  func find(_ address: UInt64) -> Handle? { find(before: address, reach: 0) }

  /// As `find`, but what lies less than half the objects' distance beside one is its too: `a - 8`
  /// in `a - 8 + 8 * i`.
  func findNear(_ address: UInt64) -> Handle? {
    if let handle = find(address) { return handle }
    let reach = Memory.distance / 2
    let behind = address >= reach ? find(before: address, reach: reach) : nil
    return behind ?? find(before: address &+ reach, reach: reach)
  }

  /// The last object that begins at `address` or below and ends less than `reach` before it.
  private func find(before address: UInt64, reach: UInt64) -> Handle? {
    if address >= Memory.staticBase {
      return Memory.last(in: statics, atOrBelow: address, reach: reach).map(Handle.fixed)
    }
    if address >= Memory.stackBase {
      return Memory.last(in: stack, atOrBelow: address, reach: reach).map(Handle.stack)
    }
    return Memory.last(in: heap, atOrBelow: address, reach: reach).map(Handle.heap)
  }

  private static func last(
    in objects: [MemoryObject], atOrBelow address: UInt64, reach: UInt64 = 0
  ) -> Int? {
    var low = 0
    var high = objects.count
    while low < high {
      let middle = (low + high) / 2
      if objects[middle].base <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let object = objects[low - 1]
    let room = (object.size.constant ?? Memory.roomForUnknown).addingReportingOverflow(reach)
    return room.overflow || address - object.base <= room.partialValue ? low - 1 : nil
  }

  private static func room(_ size: Term) -> UInt64 {
    guard let bytes = size.constant else { return roomForUnknown + distance }
    return (bytes + distance + distance - 1) & ~(distance - 1)
  }

  /// Makes an object on the stack and tells its address.
  mutating func allocateStack(
    bytes: Int, name: String, life: MemoryObject.Life = .alive
  ) -> UInt64 {
    let size = Term(UInt64(bytes), width: 64)
    let base = nextStack
    stack.append(
      MemoryObject(
        base: base, size: size, kind: .stack, name: name, isZeroed: false, life: life))
    nextStack += Memory.room(size)
    return base
  }

  /// Makes an object on the heap and tells its address.
  mutating func allocateHeap(
    size: Term, zeroed: Bool, owner: UInt64, name: String
  ) -> UInt64 {
    let base = nextHeap
    heap.append(
      MemoryObject(
        base: base, size: size, kind: .heap(owner: owner), name: name, isZeroed: zeroed,
        array: size.constant == nil ? ArrayContents() : nil))
    nextHeap += Memory.room(size)
    return base
  }

  /// Ends the life of the stack's objects from `count` on; their addresses are not used again.
  mutating func popStack(to count: Int) { stack.removeLast(stack.count - count) }
}
