// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Flags of struct pages, as /proc/kpageflags has them: to make them up the kernel loads from
/// struct pages, those that HVO has freed among them.
struct PageFlags {
  private let pagemap: FileHandle
  private let flags: FileHandle

  private static let folioSize = 2 << 20
  /// MADV_POPULATE_WRITE.
  private static let populate: Int32 = 23
  private static let head: UInt64 = 1 << 15
  private static let tail: UInt64 = 1 << 16
  private static let hugetlb: UInt64 = 1 << 17
  /// The first of a page of vmemmap each.
  private static let indices: [UInt64] = [64, 128, 448]

  /// Opens the files, or gives nil.
  init?(root: URL) {
    guard
      let pagemap = FileHandle(
        forReadingAtPath: root.appendingPathComponent("proc/self/pagemap").path),
      let flags = FileHandle(
        forReadingAtPath: root.appendingPathComponent("proc/kpageflags").path)
    else { return nil }
    self.pagemap = pagemap
    self.flags = flags
  }

  /// Maps free hugetlb folios and counts those whose struct pages 64, 128 and 448 are of a large
  /// folio: tails, or heads where the freed ones show through (6.18).
  ///
  /// - Parameter count: how many folios are free.
  /// - Returns: nil where they cannot be mapped, or the files cannot be read.
  func hugetlbFoliosWithTails(of count: Int) -> Int? {
    // MAP_HUGETLB, and the logarithm of the size in the bits from 26 on.
    let kind = MAP_PRIVATE | MAP_ANONYMOUS | 0x40000 | 21 << 26
    let size = count * Self.folioSize
    guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, kind, -1, 0), memory != MAP_FAILED
    else { return nil }
    defer { munmap(memory, size) }
    // Else a store would end the process where there is no folio after all.
    guard madvise(memory, size, Self.populate) == 0 else { return nil }
    var found = 0
    for number in 0..<count {
      let place = memory + number * Self.folioSize
      let address = UInt64(UInt(bitPattern: place))
      guard let entry = word(address >> 12, of: pagemap) else { return nil }
      let pfn = entry & (1 << 55 - 1)
      guard pfn != 0, let first = word(pfn, of: flags), first & Self.hugetlb != 0,
        first & Self.head != 0
      else { return nil }
      let rest = Self.indices.map { word(pfn + $0, of: flags) ?? 0 }
      if rest.allSatisfy({ $0 & (Self.head | Self.tail) != 0 }) { found += 1 }
    }
    return found
  }

  /// One of a file's words of 64 bits.
  private func word(_ number: UInt64, of file: FileHandle) -> UInt64? {
    guard (try? file.seek(toOffset: number * 8)) != nil,
      let data = try? file.read(upToCount: 8), data.count == 8
    else { return nil }
    return data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
  }
}
