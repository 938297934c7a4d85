// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What /proc shows of HVO on this computer, of a few hugetlb folios that are allocated for it and
/// given back: all that there is without modules.
public struct HostProc: Sendable {
  /// What was seen.
  public struct Sight: Sendable, Hashable, Codable {
    /// Folios that were allocated with HVO, and without.
    public var folios: [Int]
    /// By how much the number of vmemmap pages has changed, of each.
    public var vmemmapPages: [Int]
    /// Of how many folios, of each, /proc/kpageflags has struct pages 64, 128 and 448 as pages of
    /// a large folio; nil where it cannot be read.
    public var withTails: [Int?]

    /// Whether HVO keeps one page of 8 for a folio of 2 MiB, that is 64 struct pages, and those
    /// that it frees can still be loaded from.
    public var isAsModelled: Bool {
      let counts = zip(folios, zip(vmemmapPages, [-7, 0])).allSatisfy { folios, pages in
        folios > 0 && pages.0 == pages.1 * folios
      }
      return counts && zip(folios, withTails).allSatisfy { $1 == nil || $1 == $0 }
    }
  }

  private let host: HostMachine
  private static let count = 4

  /// The kernel that is looked at.
  public init(host: HostMachine = HostMachine()) { self.host = host }

  /// What `look()` does, for who is asked.
  public static let plan = """
    On this computer's own kernel vmapcheck allocates \(count) hugetlb folios of 2 MiB with \
    vm.hugetlb_optimize_vmemmap=1, looks at /proc/vmstat and /proc/kpageflags, and gives them \
    back, the same with 0, and then sets that sysctl and the number of folios to what they were; \
    the vmemmap counters of /proc/vmstat stay shifted until the next boot.

    """

  /// Why nothing can be seen; nil if something can.
  ///
  /// - Parameter user: who runs this: 0 is root.
  public func obstacle(user: uid_t = getuid()) -> String? {
    if let obstacle = host.obstacle(user: user) { return obstacle }
    if let obstacle = host.optimisingObstacle { return obstacle }
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
    guard let mode = host.number(in: HostMachine.sysctl),
      let folios = host.number(in: HostMachine.pool)
    else { throw .host(reason: "its sysctls cannot be read") }
    var sight = Sight(folios: [], vmemmapPages: [], withTails: [])
    // Some kernels lose pages when they give an optimised folio back: one is enough to see it.
    write(1, to: HostMachine.sysctl)
    write(folios + 1, to: HostMachine.pool)
    write(folios, to: HostMachine.pool)
    for hvo in host.hasBadPages ? [] : [1, 0] {
      let before = vmemmapPages ?? 0
      write(hvo, to: HostMachine.sysctl)
      write(folios + Self.count, to: HostMachine.pool)
      let added = (host.number(in: HostMachine.pool) ?? folios) - folios
      sight.folios.append(added)
      sight.vmemmapPages.append((vmemmapPages ?? 0) - before)
      sight.withTails.append(
        added > 0 ? PageFlags(root: host.root)?.hugetlbFoliosWithTails(of: added) : nil)
      write(folios, to: HostMachine.pool)
    }
    write(mode, to: HostMachine.sysctl)
    write(folios, to: HostMachine.pool)
    guard host.number(in: HostMachine.sysctl) == mode,
      host.number(in: HostMachine.pool) == folios
    else {
      throw .host(
        reason: "vm.hugetlb_optimize_vmemmap was \(mode) and /\(HostMachine.pool) was \(folios), "
          + "and they could not be set to that again: please do")
    }
    if host.hasBadPages {
      throw .host(
        reason: "its kernel loses pages when an optimised folio is given back ('Bad page state' in "
          + "its log)")
    }
    return sight
  }

  private func write(_ number: Int, to file: String) {
    try? Data("\(number)\n".utf8).write(to: host.place(file))
  }

  /// Pages of vmemmap, from the boot and later ones: the counters drift into each other, and
  /// their sum does not.
  private var vmemmapPages: Int? {
    let names = ["nr_memmap_pages", "nr_memmap_boot_pages"]
    let lines = (host.text("proc/vmstat") ?? "").split(separator: "\n")
      .map { $0.split(separator: " ") }
    let values = names.compactMap { name in
      lines.first { $0.count == 2 && $0[0] == name }.flatMap { Int($0[1]) }
    }
    return values.count == names.count ? values.reduce(0, +) : nil
  }
}
