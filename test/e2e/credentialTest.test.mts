import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import { postmanCollectionOf } from '../../sandbox/emulator/postmanCollection.mts';
import { testCredential } from '../../sandbox/n8n/credentials.mts';
