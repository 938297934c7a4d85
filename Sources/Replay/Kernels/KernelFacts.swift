// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a booted kernel is, and what its controls have shown.
public struct KernelFacts: Sendable, Hashable, Codable {
  /// `uname -r`.
  public var release: String
  /// `uname -v`: the build's identity.
  public var version: String
  /// Its package; nil for a kernel of the user's own.
  public var package: String?
  /// Hugetlb folios have their tail struct pages freed.
  public var hvo: Bool
  /// Its configuration.
  public var configuration: KernelMachine.Configuration
  /// vmap_pfn() maps what is no memory.
  public var mapsBar: Bool
  /// A raw store to struct page 63 of a hugetlb folio goes through.
  public var storesTo63: Bool
  /// The same of struct page 64.
  public var storesTo64: Bool
  /// What the kernel says of that one, where it does not.
  public var fault: [String]

  /// "6.12" of "6.12.117+deb12-amd64".
  public var series: String {
    release.split(separator: ".").prefix(2).joined(separator: ".")
  }
}

extension Guest {
  /// Has the controls run that leave the guest as it is, and gives the facts.
  func quickControls(_ settings: Settings) throws -> KernelFacts {
    let answer = try ask("facts")
    let configuration = try settings.build.machine.configuration()
    func failed(_ reason: String) -> KernelError {
      .control(machine: settings.title, reason: reason)
    }
    guard let module = answer.module, let release = answer.release else {
      throw failed("the module does not answer")
    }
    guard release == settings.build.machine.release else {
      throw failed("it is \(release), and its headers are of \(settings.build.machine.release)")
    }
    let mapsBar = module.barMapped == true && module.barRight == true
    if configuration.vmapPfn && !mapsBar { throw failed("vmap_pfn() does not map a BAR") }
    guard let ordinary = module.ordinary, ordinary.kept.storable, ordinary.freed.storable else {
      throw failed("a hugetlb folio without HVO has struct pages that cannot be stored to")
    }
    if settings.isHVO {
      guard let optimized = module.optimized else { throw failed("HVO optimises no folio") }
      guard optimized.kept.storable, !optimized.freed.storable, !optimized.freed.writable else {
        throw failed("struct pages 63 and 64 of an optimised folio are not as HVO leaves them")
      }
    } else if module.optimized != nil {
      throw failed("a folio is optimised, and HVO is off")
    }
    return KernelFacts(
      release: release, version: answer.version ?? "", package: settings.build.machine.package,
      hvo: settings.isHVO, configuration: configuration, mapsBar: mapsBar, storesTo63: true,
      storesTo64: true, fault: [])
  }

  /// Has the raw stores tried, of which one may oops: the guest is not to be used any more.
  func rawControls(_ facts: KernelFacts, _ settings: Settings) throws -> KernelFacts {
    var facts = facts
    let number = settings.isHVO ? 1 : 0
    facts.storesTo63 = try ask("poke \(number) 63").signal == 0
    let answer = try ask("poke \(number) 64")
    facts.storesTo64 = answer.signal == 0
    facts.fault = (answer.log ?? []).filter {
      $0.hasPrefix("BUG: ") || $0.hasPrefix("#PF: ") || $0.hasPrefix("Oops")
    }
    guard facts.storesTo63, facts.storesTo64 == !settings.isHVO else {
      throw KernelError.control(
        machine: settings.title,
        reason: "a store to struct page 63 \(facts.storesTo63 ? "goes through" : "faults"), and "
          + "to 64 \(facts.storesTo64 ? "goes through" : "faults"), with HVO "
          + (settings.isHVO ? "on" : "off"))
    }
    return facts
  }
}
