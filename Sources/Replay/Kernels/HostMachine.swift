// SPDX-License-Identifier: Apache-2.0

import Foundation

/// This computer's own kernel: what /proc shows of HVO, of a few hugetlb folios that are
/// allocated for it and given back.
public struct HostMachine: Sendable {
  /// What was seen.
  public struct Sight: Sendable, Hashable, Codable {
    /// Folios that were allocated with HVO, and without.
    public var folios: [Int]
    /// By how much the number of vmemmap pages has changed, of each.
    public var vmemmapPages: [Int]

    /// Whether HVO keeps one page of 8 for a folio of 2 MiB, that is 64 struct pages.
    public var isAsModelled: Bool {
      zip(folios, zip(vmemmapPages, [-7, 0])).allSatisfy { folios, pages in
        folios > 0 && pages.0 == pages.1 * folios
      }
    }
  }

  /// "/", but for tests.
  private let root: URL
  private static let count = 4

  /// The kernel that /proc in a folder tells of.
  public init(root: URL = URL(fileURLWithPath: "/")) { self.root = root }

  /// What `look()` does, for who is asked.
  public static let plan = """
    allocates \(count) hugetlb folios of 2 MiB with vm.hugetlb_optimize_vmemmap=1 and gives them \
    back, the same with 0, and then sets that sysctl and vm.nr_hugepages to what they were; the \
    vmemmap counters of /proc/vmstat stay shifted until the next boot
    """

  /// Why it cannot be used; nil if it can.
  ///
  /// - Parameter user: who runs this: 0 is root.
  public func obstacle(user: uid_t = getuid()) -> String? {
    if user != 0 { return "it takes root" }
    if let mode = lockdown, mode != "none" { return "the kernel is locked down (\(mode))" }
    guard number(in: Self.sysctl) != nil else {
      return "its kernel has no HVO (/\(Self.sysctl) is missing)"
    }
    for file in [Self.sysctl, Self.pool] where access(place(file).path, W_OK) != 0 {
      return "/\(file) cannot be written, as in a container"
    }
    var status = statvfs()
    if statvfs(place(Self.sysctl).path, &status) == 0, status.f_flag & UInt(ST_RDONLY) != 0 {
      return "/proc/sys is read only, as in a container"
    }
    guard vmemmapPages != nil else {
      return "its /proc/vmstat does not count vmemmap pages (nr_memmap_pages, from 6.12 on)"
    }
    return nil
  }

  /// Allocates folios with HVO and without, looks, and puts everything back.
  ///
  /// - Throws: ``KernelError/host(reason:)`` where it cannot, or could not restore a value.
  public func look() throws(KernelError) -> Sight {
    if let obstacle = obstacle() { throw .host(reason: obstacle) }
    guard let mode = number(in: Self.sysctl), let folios = number(in: Self.pool) else {
      throw .host(reason: "its sysctls cannot be read")
    }
    var sight = Sight(folios: [], vmemmapPages: [])
    for hvo in [1, 0] {
      let before = vmemmapPages ?? 0
      write(hvo, to: Self.sysctl)
      write(folios + Self.count, to: Self.pool)
      sight.folios.append((number(in: Self.pool) ?? folios) - folios)
      sight.vmemmapPages.append((vmemmapPages ?? 0) - before)
      write(folios, to: Self.pool)
    }
    write(mode, to: Self.sysctl)
    write(folios, to: Self.pool)
    guard number(in: Self.sysctl) == mode, number(in: Self.pool) == folios else {
      throw .host(
        reason: "vm.hugetlb_optimize_vmemmap was \(mode) and vm.nr_hugepages was \(folios), and "
          + "they could not be set to that again: please do")
    }
    return sight
  }

  // MARK: Files

  private static let sysctl = "proc/sys/vm/hugetlb_optimize_vmemmap"
  private static let pool = "proc/sys/vm/nr_hugepages"

  private func place(_ file: String) -> URL { root.appendingPathComponent(file) }

  private func text(_ file: String) -> String? {
    try? String(contentsOf: place(file), encoding: .utf8)
  }

  private func number(in file: String) -> Int? {
    text(file).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private func write(_ number: Int, to file: String) {
    try? Data("\(number)\n".utf8).write(to: place(file))
  }

  /// Pages of vmemmap, from the boot and later ones: the counters drift into each other, and
  /// their sum does not.
  private var vmemmapPages: Int? {
    let names = ["nr_memmap_pages", "nr_memmap_boot_pages"]
    let lines = (text("proc/vmstat") ?? "").split(separator: "\n").map { $0.split(separator: " ") }
    let values = names.compactMap { name in
      lines.first { $0.count == 2 && $0[0] == name }.flatMap { Int($0[1]) }
    }
    return values.count == names.count ? values.reduce(0, +) : nil
  }

  /// The mode in brackets of "none [integrity] confidentiality".
  private var lockdown: String? {
    text("sys/kernel/security/lockdown")?.firstMatch(of: /\[(\w+)\]/).map { String($0.1) }
  }
}
